import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { jarFolder } from '../maven.ts'
import { APACHE_KAFKA_VERSION } from '../differential/known-differences.ts'

const JARS = join(jarFolder(`apache-kafka-${APACHE_KAFKA_VERSION}`), '*')
const PROGRAM = join(import.meta.dirname, 'Clients.java')

/** Kafka's own clients: they have written, and are members of three groups until they are told to leave. */
export class JavaClients {
  readonly #child: ChildProcessWithoutNullStreams

  private constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child
  }

  /** Resolves when the members have their partitions. */
  static async start(bootstrapServers: string): Promise<JavaClients> {
    const child = spawn('java', [
      '-Xmx256m',
      '-XX:TieredStopAtLevel=1',
      '-Dorg.slf4j.simpleLogger.defaultLogLevel=off',
      '-cp',
      JARS,
      PROGRAM,
      bootstrapServers,
    ])
    let err = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
    for await (const line of createInterface(child.stdout))
      if (line === 'joined') return new JavaClients(child)
    throw new Error(`Kafka's clients ended before they had joined: ${err}`)
  }

  /** Closes them in good order. */
  async leave(): Promise<void> {
    if (this.#child.exitCode !== null) return
    const exit = once(this.#child, 'exit')
    this.#child.stdin.end()
    await exit
  }

  kill(): void {
    this.#child.kill('SIGKILL')
  }
}
