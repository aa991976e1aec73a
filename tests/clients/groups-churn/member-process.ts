import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'

export interface Got {
  partition: number
  offset: number
  value: string
}

/**
 * A consumer in a process of its own, so that it can be killed, and made to hang with all its timers. Its program takes
 * `<brokers> <groupId> <topic> <clientId>` and further arguments, prints `<partition> <offset> <value>` for each record
 * before it can commit it, and leaves its group when anything comes on its standard input.
 */
export class MemberProcess {
  readonly clientId: string
  readonly got: Got[] = []
  readonly #child: ChildProcess
  readonly #exit: Promise<number | NodeJS.Signals>
  #errors = ''

  constructor(clientId: string, args: readonly string[]) {
    this.clientId = clientId
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'] })
    this.#child = child
    this.#exit = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals)
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#errors += text))
    let rest = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) this.#note(line)
    })
  }

  /** Resolves to its exit code, or to the signal that ended it. */
  get ended(): Promise<number | NodeJS.Signals> {
    return this.#exit
  }

  /** What went wrong, if it ended by itself. */
  get failure(): string | null {
    const { exitCode } = this.#child
    return exitCode === null || exitCode === 0 ? null : `${this.clientId} ended: ${this.#errors}`
  }

  /** Says goodbye to its group, and commits what it got. */
  async leave(): Promise<void> {
    this.#child.stdin?.write('leave\n')
    const ended = await this.#exit
    if (ended !== 0) throw new Error(`${this.clientId} ended with ${ended}: ${this.#errors}`)
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#exit
  }

  hang(): void {
    this.#child.kill('SIGSTOP')
  }

  goOn(): void {
    this.#child.kill('SIGCONT')
  }

  #note(line: string): void {
    const [, partition, offset, value = ''] = /^(\d+) (\d+) (\S+)$/.exec(line) ?? []
    if (partition !== undefined)
      this.got.push({ partition: Number(partition), offset: Number(offset), value })
  }
}
