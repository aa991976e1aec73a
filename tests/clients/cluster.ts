import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect } from 'vitest'
import { runProgram } from './program.ts'
import type { ProgramResult } from './program.ts'

const PROGRAM = fileURLToPath(new URL('../../out/cli/ottla.js', import.meta.url))
const READY_TIMEOUT_MS = 20_000

/** What `ottla up --json` prints. */
export interface ReadyLine {
  event: 'ready'
  bootstrapServers: string
  brokers: { id: number; port: number }[]
  startupMs: number
  directory: string
}

export interface ClusterOptions {
  brokers?: number
  /** The first broker's; any free ones without it. */
  port?: number
  /** A folder to keep; without it the cluster is ephemeral. */
  directory?: string
  /** In turn for the brokers. */
  racks?: readonly string[]
  config?: Record<string, string>
  /** A scenario file. */
  faults?: string
}

/** A real `ottla up`: a process of its own, reached as any client reaches it. */
export class Cluster {
  readonly ready: ReadyLine
  readonly #child: ChildProcess
  readonly #exit: Promise<number | NodeJS.Signals>
  readonly #log: () => string

  constructor(
    child: ChildProcess,
    exit: Promise<number | NodeJS.Signals>,
    ready: ReadyLine,
    log: () => string,
  ) {
    this.#child = child
    this.#exit = exit
    this.ready = ready
    this.#log = log
  }

  get bootstrapServers(): string {
    return this.ready.bootstrapServers
  }

  get addresses(): string[] {
    return this.ready.bootstrapServers.split(',')
  }

  get directory(): string {
    return this.ready.directory
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** Everything it wrote to standard error so far. */
  get log(): string {
    return this.#log()
  }

  /** Its exit code, or the signal that ended it, once it has ended. */
  get exit(): Promise<number | NodeJS.Signals> {
    return this.#exit
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /** Ends it the way Ctrl+C does; resolves to the exit code. */
  async stop(): Promise<number | NodeJS.Signals> {
    this.signal('SIGTERM')
    return this.#exit
  }

  /** Ends it without a chance to do anything; the folder stays. */
  async killHard(): Promise<void> {
    this.signal('SIGKILL')
    await this.#exit
  }

  /** Runs `ottla <args>` on this cluster. */
  ottla(...args: string[]): Promise<ProgramResult> {
    return ottla(...args, '--data', this.directory)
  }

  /** Removes what a hard kill left of an ephemeral cluster. */
  removeFolder(): void {
    rmSync(this.directory, { recursive: true, force: true })
  }
}

/** Runs `ottla <args>` to its end. */
export function ottla(...args: string[]): Promise<ProgramResult> {
  return runProgram(process.execPath, [PROGRAM, ...args])
}

/** Spawns `ottla up` on free ports and waits for its ready line; rejects with its log when it ends before. */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const { brokers, port = 0, directory, racks = [], config = {}, faults } = options
  const args = [
    ...(directory === undefined ? ['--ephemeral'] : ['--data', directory]),
    ...(brokers === undefined ? [] : ['--brokers', String(brokers)]),
    ...(racks.length === 0 ? [] : ['--racks', racks.join(',')]),
    ...Object.entries(config).flatMap(([key, value]) => ['--set', `${key}=${value}`]),
    ...(faults === undefined ? [] : ['--faults', faults]),
  ]
  const child = spawn(process.execPath, [PROGRAM, 'up', '--json', '--port', String(port), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = { out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.err += text))
  const exit = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals)
  const ready = new Promise<ReadyLine>((resolve, reject) => {
    child.stdout.on('data', () => {
      if (output.out.includes('\n')) resolve(JSON.parse(output.out) as ReadyLine)
    })
    void exit.then((code) => reject(new Error(`"ottla up" ended with ${code}: ${output.err}`)))
    setTimeout(() => {
      reject(new Error(`"ottla up" is not ready after ${READY_TIMEOUT_MS} ms: ${output.err}`))
    }, READY_TIMEOUT_MS).unref()
  })
  try {
    return new Cluster(child, exit, await ready, () => output.err)
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
}

/** One cluster for all tests of a file; its end must be a clean one. */
export function useCluster(options: ClusterOptions = {}): () => Cluster {
  let cluster: Cluster | null = null
  beforeAll(async () => {
    cluster = await startCluster(options)
  })
  afterAll(async () => {
    expect(await cluster?.stop()).toBe(0)
  })
  return () => {
    if (!cluster) throw new Error('The cluster starts in beforeAll.')
    return cluster
  }
}
