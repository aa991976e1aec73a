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

/** What is left to end and to remove if the benchmark itself is ended half-way. */
const children = new Set<ChildProcess>()
const folders = new Set<string>()

process.once('SIGINT', () => process.exit(130))
process.once('SIGTERM', () => process.exit(143))
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL')
  for (const folder of folders) removeFolder(folder)
})

export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ottla-bench-'))
  folders.add(folder)
  return folder
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  folders.delete(folder)
}

/** Spawns `ottla up` on free ports, with further `options` of it, and waits until it says it is ready. */
export async function spawnCluster(
  directory: string,
  options: readonly string[] = [],
): Promise<BenchCluster> {
  const spawnedAt = performance.now()
  const args = ['up', '--json', '--port', '0', '--data', directory, ...options]
  const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  children.add(child)
  child.once('close', () => children.delete(child))
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
export async function withCluster<T>(
  run: (cluster: BenchCluster) => Promise<T>,
  options: readonly string[] = [],
): Promise<T> {
  const directory = newFolder()
  try {
    const cluster = await spawnCluster(directory, options)
    try {
      return await run(cluster)
    } finally {
      await cluster.stop()
    }
  } finally {
    removeFolder(directory)
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
