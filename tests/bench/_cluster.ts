import { execFileSync, spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const PROGRAM = join(process.cwd(), 'out/cli/ottla.js')

/** Brings out/cli up to date with the sources. */
export function buildProgram(): void {
  const { status } = spawnSync(process.execPath, [join(process.cwd(), 'scripts/build.mjs'), 'node'], {
    stdio: 'inherit',
  })
  if (status !== 0) throw new Error('The command line does not build.')
}

export interface BenchCluster {
  directory: string
  brokers: { id: number; port: number }[]
  bootstrapServers: string
  /** When the process was spawned, by `performance.now`. */
  spawnedAt: number
  readyAt: number
  residentBytes(): number
  /** Ends the process cleanly; the folder stays. */
  stop(): Promise<void>
}

export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'ottla-bench-'))
}

/** Spawns `ottla up` on free ports and waits until it says it is ready. */
export async function spawnCluster(directory: string): Promise<BenchCluster> {
  const spawnedAt = performance.now()
  const child = spawn(process.execPath, [PROGRAM, 'up', '--json', '--port', '0', '--data', directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ready = JSON.parse(await firstLine(child)) as Pick<BenchCluster, 'brokers' | 'bootstrapServers'>
  const readyAt = performance.now()
  const ended = once(child, 'close')
  return {
    directory,
    ...ready,
    spawnedAt,
    readyAt,
    residentBytes: () =>
      Number(execFileSync('ps', ['-o', 'rss=', '-p', String(child.pid)], { encoding: 'utf8' })) * 1024,
    stop: async () => {
      child.kill('SIGTERM')
      await ended
    },
  }
}

/** A new cluster for as long as `run` takes; nothing of it is left. */
export async function withCluster<T>(run: (cluster: BenchCluster) => Promise<T>): Promise<T> {
  const directory = newFolder()
  try {
    const cluster = await spawnCluster(directory)
    try {
      return await run(cluster)
    } finally {
      await cluster.stop()
    }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

async function firstLine(child: ChildProcess): Promise<string> {
  let text = ''
  for await (const chunk of child.stdout ?? []) {
    text += String(chunk)
    if (text.includes('\n')) return text
  }
  throw new Error('"ottla up" ended before it was ready.')
}
