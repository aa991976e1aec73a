import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createLogger, type LogLine } from '../../../src/broker/logger.ts'
import type { Respond } from '../../../src/broker/network/connection.ts'
import { FrameReader } from '../../../src/broker/network/frame-reader.ts'
import { KafkaServer } from '../../../src/broker/network/server.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function listen(respond: Respond, options: { maxIdleMs?: number } = {}) {
  const lines: LogLine[] = []
  const server = await KafkaServer.listen({
    host: '127.0.0.1',
    port: 0,
    maxFrameBytes: 1_000,
    maxIdleMs: options.maxIdleMs ?? 60_000,
    respond,
    log: createLogger(1, (line) => lines.push(line)),
  })
  cleanups.push(() => server.close())
  return { server, lines }
}

async function client(server: KafkaServer): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port: server.port })
  cleanups.push(() => socket.destroy())
  await once(socket, 'connect')
  return socket
}

function frame(text: string): Buffer {
  const buffer = Buffer.alloc(4 + text.length)
  buffer.writeInt32BE(text.length)
  buffer.write(text, 4)
  return buffer
}

async function read(socket: Socket, count: number): Promise<string[]> {
  const reader = new FrameReader(1_000_000)
  const frames: string[] = []
  while (frames.length < count) {
    const [chunk] = (await once(socket, 'data')) as [Buffer]
    frames.push(...reader.push(chunk).map(String))
  }
  return frames
}

describe('KafkaServer', () => {
  it('answers pipelined requests one at a time and in order', async () => {
    let inWork = 0
    let mostInWork = 0
    const { server } = await listen(async (request) => {
      inWork += 1
      mostInWork = Math.max(mostInWork, inWork)
      // The earlier a request came the more turns its answer takes, so that disorder would show.
      for (let turns = 10 - Number(request.toString()); turns > 0; turns -= 1) {
        await new Promise((resolve) => setImmediate(resolve))
      }
      inWork -= 1
      return [frame(request.toString())]
    })
    const socket = await client(server)
    const requests = Array.from({ length: 10 }, (_, index) => String(index))
    socket.write(Buffer.concat(requests.map(frame)))
    expect(await read(socket, 10)).toEqual(requests)
    expect(mostInWork).toBe(1)
  })

  it('keeps pipelined requests of a fast client without reading ahead of what it can work on', async () => {
    const { server } = await listen(async (request) => [frame(request.toString())])
    const socket = await client(server)
    const requests = Array.from({ length: 500 }, (_, index) => `request ${index}`)
    socket.write(Buffer.concat(requests.map(frame)))
    expect(await read(socket, 500)).toEqual(requests)
  })

  it('sends nothing for a request without an answer', async () => {
    const { server } = await listen(async (request) =>
      request.toString() === 'silent' ? null : [frame('answer')],
    )
    const socket = await client(server)
    socket.write(Buffer.concat([frame('silent'), frame('other')]))
    expect(await read(socket, 1)).toEqual(['answer'])
  })

  it('closes only the connection whose request fails', async () => {
    const { server, lines } = await listen(async (request) => {
      if (request.toString() === 'bad') throw new Error('the request is bad')
      return [frame('fine')]
    })
    const [good, bad] = [await client(server), await client(server)]
    bad.write(frame('bad'))
    await once(bad, 'close')
    good.write(frame('good'))
    expect(await read(good, 1)).toEqual(['fine'])
    expect(lines.map((line) => line.fields['reason'])).toContain('the request is bad')
  })

  it('closes a connection that announces an oversized frame', async () => {
    const { server, lines } = await listen(async () => [])
    const socket = await client(server)
    const size = Buffer.alloc(4)
    size.writeInt32BE(1_001)
    socket.write(size)
    await once(socket, 'close')
    expect(lines.map((line) => line.fields['reason'])).toContain(
      'A frame of 1001 bytes was announced; the limit is 1000.',
    )
  })

  it('closes a connection that is idle for connections.max.idle.ms', async () => {
    const { server } = await listen(async () => [], { maxIdleMs: 20 })
    await once(await client(server), 'close')
  })

  it('survives clients that hang up in the middle of a request', async () => {
    const { server } = await listen(async () => [frame('fine')])
    for (let index = 0; index < 20; index += 1) {
      const socket = await client(server)
      socket.write(frame('half a request').subarray(0, 1 + (index % 10)))
      socket.destroy()
      await once(socket, 'close')
    }
    const socket = await client(server)
    socket.write(frame('whole'))
    expect(await read(socket, 1)).toEqual(['fine'])
  })

  it('stops working for a client that does not read its answers', async () => {
    let answered = 0
    const { server } = await listen(async () => {
      answered += 1
      return [Buffer.alloc(1024 * 1024)]
    })
    const socket = await client(server)
    socket.pause()
    const requests = 200
    socket.write(Buffer.concat(Array.from({ length: requests }, () => frame('more'))))
    // A second client is served all the while, and shows that the first one's requests are standing still.
    const other = await client(server)
    other.write(frame('other'))
    await once(other, 'data')
    expect(answered).toBeLessThan(requests)
  })

  it('says which port is taken by rejecting with EADDRINUSE', async () => {
    const { server } = await listen(async () => [])
    const again = KafkaServer.listen({
      host: '127.0.0.1',
      port: server.port,
      maxFrameBytes: 1,
      maxIdleMs: 0,
      respond: async () => null,
      log: createLogger(1, () => undefined),
    })
    await expect(again).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })
})
