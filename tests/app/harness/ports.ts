import { createServer } from 'node:net'
import type { AddressInfo, Server } from 'node:net'

/** Another program on this machine that has a port. */
export interface OtherProgram {
  port: number
  end: () => Promise<void>
}

export async function otherProgram(port = 0): Promise<OtherProgram> {
  // Hears its callers out, so that it sees them hang up and can end.
  const server = createServer((socket) => socket.on('error', () => socket.destroy()).resume())
  await listen(server, port)
  return {
    port: (server.address() as AddressInfo).port,
    end: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: '127.0.0.1', port }, resolve)
  })
}
