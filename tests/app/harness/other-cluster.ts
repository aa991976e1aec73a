import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const PROGRAM = fileURLToPath(new URL('../../../out/cli/ottla.js', import.meta.url))

/** A cluster that the app knows nothing of: `ottla up` in a process of its own, its folder outside of the app's. */
export interface OtherCluster {
  bootstrapServers: string
  /** The process dies at once; resolves when it is gone. */
  kill: () => Promise<void>
}

export async function otherCluster(): Promise<OtherCluster> {
  const folder = await mkdtemp(join(tmpdir(), 'ottla-other-'))
  const child = spawn(process.execPath, [PROGRAM, 'up', '--json', '--port', '0', '--data', folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const gone = new Promise((resolve) => child.once('exit', resolve))
  const kill = async () => {
    child.kill('SIGKILL')
    await gone
    await rm(folder, { recursive: true, force: true })
  }
  const [line = ''] = await Promise.race([
    createInterface(child.stdout)
      [Symbol.asyncIterator]()
      .next()
      .then(({ value }) => [String(value)]),
    gone.then(() => {
      throw new Error('"ottla up" ended before it was ready')
    }),
  ])
  const { bootstrapServers } = JSON.parse(line) as { bootstrapServers: string }
  return { bootstrapServers, kill }
}

/** The first of `count` ports in a row that nobody listens on. */
export async function freePorts(count: number): Promise<number> {
  const first = await listeningPort(0)
  const wanted = Array.from({ length: count }, (_, index) => first + index)
  const free = await Promise.all(wanted.map((port) => listeningPort(port).then(Boolean, () => false)))
  return first + count < 65_535 && free.every(Boolean) ? first : freePorts(count)
}

function listeningPort(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen({ host: '127.0.0.1', port }, () => {
      const { port: listening } = server.address() as AddressInfo
      server.close(() => resolve(listening))
    })
  })
}
