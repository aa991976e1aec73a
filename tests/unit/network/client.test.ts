import { afterEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../../src/broker/clock.ts'
import { createLogger } from '../../../src/broker/logger.ts'
import { KafkaClient, NetworkError } from '../../../src/broker/network/client.ts'
import type { Respond } from '../../../src/broker/network/connection.ts'
import { Peers } from '../../../src/broker/network/peers.ts'
import { KafkaServer } from '../../../src/broker/network/server.ts'
import { decodeRequestHeader, encodeResponse } from '../../../src/broker/protocol/frame.ts'
import { apiVersions } from '../../../src/broker/protocol/messages/18-api-versions.ts'

const log = createLogger(1, () => undefined)
const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function listen(respond: Respond, port = 0): Promise<KafkaServer> {
  const server = await KafkaServer.listen({
    host: '127.0.0.1',
    port,
    maxFrameBytes: 10_000,
    maxIdleMs: 60_000,
    respond,
    log,
  })
  cleanups.push(() => server.close())
  return server
}

function client(port: number, requestTimeoutMs = 5_000): KafkaClient {
  const made = new KafkaClient({
    host: '127.0.0.1',
    port,
    clientId: 'test',
    requestTimeoutMs,
    clock: systemClock,
    log,
  })
  cleanups.push(() => made.close())
  return made
}

const answer: Respond = async (frame) =>
  encodeResponse(apiVersions, 0, decodeRequestHeader(frame).correlationId, { errorCode: 0, apiKeys: [] })

describe('KafkaClient', () => {
  it('matches pipelined answers to their requests', async () => {
    const server = await listen(async (frame) => {
      const { correlationId } = decodeRequestHeader(frame)
      return encodeResponse(apiVersions, 0, correlationId, { errorCode: correlationId % 100, apiKeys: [] })
    })
    const to = client(server.port)
    const answers = await Promise.all(Array.from({ length: 50 }, () => to.send(apiVersions, 0, {})))
    expect(answers.map(({ errorCode }) => errorCode)).toEqual(
      Array.from({ length: 50 }, (_, index) => index + 1),
    )
    expect(server.connectionCount).toBe(1)
  })

  it('rejects everything in flight when the other side hangs up, and connects again', async () => {
    let requests = 0
    const server = await listen(async (frame, connection) => {
      requests += 1
      if (requests === 1) throw new Error('hang up')
      return answer(frame, connection)
    })
    const to = client(server.port)
    const lost = await Promise.allSettled([to.send(apiVersions, 0, {}), to.send(apiVersions, 0, {})])
    expect(lost.map((each) => each.status)).toEqual(['rejected', 'rejected'])
    await expect(to.send(apiVersions, 0, {})).resolves.toMatchObject({ errorCode: 0 })
  })

  it('rejects with NetworkError when nobody listens', async () => {
    const server = await listen(answer)
    const { port } = server
    await server.close()
    await expect(client(port).send(apiVersions, 0, {})).rejects.toThrow(NetworkError)
  })

  it('gives up on an answer that does not come in time, and starts a new connection', async () => {
    let silent = true
    const server = await listen(async (frame, connection) => (silent ? null : answer(frame, connection)))
    const to = client(server.port, 30)
    await expect(to.send(apiVersions, 0, {})).rejects.toThrow('did not answer within 30 ms')
    silent = false
    await expect(to.send(apiVersions, 0, {}, { timeoutMs: 5_000 })).resolves.toMatchObject({ errorCode: 0 })
  })

  it('rejects when the answer is no answer', async () => {
    const server = await listen(async () => [Buffer.from([0, 0, 0, 2, 1, 2])])
    await expect(client(server.port).send(apiVersions, 0, {})).rejects.toThrow(NetworkError)
  })

  it('rejects everything when it is closed', async () => {
    const server = await listen(async () => null)
    const to = client(server.port)
    const inFlight = to.send(apiVersions, 0, {})
    to.close()
    await expect(inFlight).rejects.toThrow(NetworkError)
    await expect(to.send(apiVersions, 0, {})).rejects.toThrow(NetworkError)
  })
})

describe('Peers', () => {
  it('keeps one connection per broker and purpose, and a new one where the broker has moved', async () => {
    const servers = [await listen(answer), await listen(answer)]
    const ports = servers.map(({ port }) => port)
    let port = ports[0] as number
    const peers = new Peers({
      brokerId: 1,
      requestTimeoutMs: 1_000,
      clock: systemClock,
      log,
      resolve: (brokerId) => (brokerId === 2 ? { host: '127.0.0.1', port } : undefined),
    })
    cleanups.push(() => peers.close())
    const first = peers.connect(2, 'fetch')
    expect(peers.connect(2, 'fetch')).toBe(first)
    expect(peers.connect(2, 'controller')).not.toBe(first)
    port = ports[1] as number
    expect(peers.connect(2, 'fetch')).not.toBe(first)
    await expect(peers.connect(2, 'fetch').send(apiVersions, 0, {})).resolves.toMatchObject({ errorCode: 0 })
    expect(() => peers.connect(3, 'fetch')).toThrow('The address of broker 3 is unknown.')
  })
})
