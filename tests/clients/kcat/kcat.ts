import { spawn } from 'node:child_process'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import type { Cluster } from '../cluster.ts'
import { runBinary } from '../program.ts'
import type { BinaryResult } from '../program.ts'

/** Runs kcat to its end; `-q` keeps its remarks out of what it reads. */
export function kcat(cluster: Cluster, args: string[], input: string | Buffer = ''): Promise<BinaryResult> {
  return runBinary('kcat', ['-q', '-b', cluster.bootstrapServers, ...args], input)
}

/** A kcat that goes on until it is ended. */
export class RunningKcat {
  readonly child: ChildProcessWithoutNullStreams
  readonly #out: Buffer[] = []
  #err = ''
  readonly #exit: Promise<number | null>

  constructor(cluster: Cluster, args: string[]) {
    this.child = spawn('kcat', ['-b', cluster.bootstrapServers, ...args], { stdio: 'pipe' })
    this.child.stdout.on('data', (chunk: Buffer) => this.#out.push(chunk))
    this.child.stderr.on('data', (chunk: Buffer) => (this.#err += chunk.toString()))
    this.#exit = new Promise((resolve) => this.child.on('close', resolve))
  }

  get out(): Buffer {
    return Buffer.concat(this.#out)
  }

  get err(): string {
    return this.#err
  }

  get exit(): Promise<number | null> {
    return this.#exit
  }

  /** Resolves when kcat has taken the bytes. */
  write(bytes: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      this.child.stdin.write(bytes, (error) => (error ? reject(error) : resolve()))
    })
  }

  async end(): Promise<void> {
    this.child.kill('SIGTERM')
    await this.#exit
  }
}

export interface KcatMetadata {
  brokers: { id: number; name: string }[]
  controllerid: number
  topics: { topic: string; partitions: { partition: number; leader: number; isrs: { id: number }[] }[] }[]
}

export async function metadata(cluster: Cluster, topic: string): Promise<KcatMetadata> {
  const { out } = await kcat(cluster, ['-L', '-J', '-t', topic])
  return JSON.parse(out.toString()) as KcatMetadata
}

/** Lines of all kinds of bytes but the newline that ends them: `count` of them, each different from the others. */
export function manyLines(count: number): Buffer {
  return Buffer.concat(
    Array.from({ length: count }, (_, index) => {
      const bytes = Array.from(
        { length: 20 + ((index * 7919) % 180) },
        (_, at) => (index * 31 + at * 17) % 256,
      )
      return Buffer.from([...Buffer.from(`${index} `), ...bytes.filter((byte) => byte !== 0x0a), 0x0a])
    }),
  )
}
