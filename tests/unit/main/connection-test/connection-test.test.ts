import { createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { testConnection } from '../../../../src/main/connection-test/connection-test.ts'

const servers: Server[] = []
const sockets = new Set<Socket>()

afterEach(async () => {
  for (const socket of sockets) socket.destroy()
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))))
})

/** A program on this machine; resolves to its port. */
async function listening(converse: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    converse(socket)
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, resolve))
  return (server.address() as AddressInfo).port
}

async function freePort(): Promise<number> {
  const port = await listening(() => undefined)
  await new Promise((resolve) => servers.pop()?.close(resolve))
  return port
}

const int16 = (value: number) => Buffer.from([value >> 8, value & 0xff])
const int32 = (value: number) => Buffer.concat([int16(value >> 16), int16(value & 0xffff)])
const string = (text: string) => Buffer.concat([int16(text.length), Buffer.from(text)])

function answer(correlationId: number, ...fields: Buffer[]): Buffer {
  const body = Buffer.concat([int32(correlationId), ...fields])
  return Buffer.concat([int32(body.length), body])
}

/** ApiVersions v0: no error, Metadata from 0 to `newest`. */
const versions = (newest: number) => answer(1, int16(0), int32(1), int16(3), int16(0), int16(newest))

/** Metadata v7: brokers, cluster id, controller, no topics. */
function metadata(brokers: [id: number, host: string, port: number][]): Buffer {
  const listed = brokers.map(([id, host, port]) =>
    Buffer.concat([int32(id), string(host), int32(port), int16(-1)]),
  )
  return answer(2, int32(0), int32(brokers.length), ...listed, string('the-cluster'), int32(1), int32(0))
}

/** A broker that says of its cluster what it is given, and may hang up instead. */
function broker(newest: number, brokers: (own: number) => [number, string, number][] | 'hang up') {
  return (socket: Socket) =>
    socket.on('data', (request) => {
      if (request.readInt16BE(4) === 18) {
        socket.write(versions(newest))
        return
      }
      const told = brokers(socket.localPort ?? 0)
      if (told === 'hang up') socket.destroy()
      else socket.write(metadata(told))
    })
}

async function failureOn(port: number) {
  const report = await testConnection(`127.0.0.1:${port}`)
  expect(report.brokers).toEqual([])
  expect(report.servers).toHaveLength(1)
  return report.servers[0]?.failure
}

it('finds the brokers and the id of a cluster that can be used', async () => {
  const second = await listening(() => undefined)
  const port = await listening(
    broker(12, (own) => [
      [2, '127.0.0.1', second],
      [1, '127.0.0.1', own],
    ]),
  )
  expect(await testConnection(`127.0.0.1:${port}, 127.0.0.1:${port}`)).toEqual({
    servers: [{ address: `127.0.0.1:${port}`, broker: null, failure: null }],
    brokers: [
      { address: `127.0.0.1:${port}`, broker: 1, failure: null },
      { address: `127.0.0.1:${second}`, broker: 2, failure: null },
    ],
    clusterId: 'the-cluster',
  })
})

it('goes on with the server that answers where another does not', async () => {
  const gone = await freePort()
  const port = await listening(broker(13, (own) => [[1, '127.0.0.1', own]]))
  const report = await testConnection(`127.0.0.1:${gone} 127.0.0.1:${port}`)
  expect(report.servers.map(({ failure }) => failure?.code ?? null)).toEqual(['NOBODY_LISTENS', null])
  expect(report.brokers).toMatchObject([{ broker: 1, failure: null }])
})

it('names the broker and the address that is advertised and can not be reached', async () => {
  const gone = await freePort()
  const port = await listening(broker(12, () => [[7, '127.0.0.1', gone]]))
  const report = await testConnection(`127.0.0.1:${port}`)
  expect(report.brokers).toMatchObject([
    {
      address: `127.0.0.1:${gone}`,
      broker: 7,
      failure: {
        code: 'ADVERTISED_UNREACHABLE',
        message: expect.stringMatching(`Broker 7 sends its clients to 127.0.0.1:${gone}.*Nothing listens`),
        remedy: expect.stringContaining('advertised.listeners of broker 7'),
      },
    },
  ])
})

it('tells an unknown host', async () => {
  const report = await testConnection('no-such-host.invalid:9092')
  expect(report.servers).toMatchObject([{ failure: { code: 'UNKNOWN_HOST' } }])
})

it.each([
  ['a web server', 'HTTP/1.1 400 Bad Request\r\n\r\n', 'NOT_KAFKA', 'but a web server'],
  ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n', 'NOT_KAFKA', 'but something else'],
  ['a TLS listener', Buffer.from([0x15, 3, 3, 0, 2, 2, 40]), 'WANTS_TLS', 'wants TLS'],
  ['answers to nobody’s question', answer(99, int16(0)), 'NOT_KAFKA', 'no Kafka broker'],
  ['an answer that is cut short', answer(1, int16(0), int32(900)), 'NOT_KAFKA', 'no Kafka broker'],
])('knows %s from a broker', async (_, said, code, message) => {
  const port = await listening((socket) => socket.once('data', () => socket.write(said)))
  expect(await failureOn(port)).toMatchObject({ code, message: expect.stringContaining(message) })
})

it('tells of who hangs up at once that it may want TLS', async () => {
  const port = await listening((socket) => socket.once('data', () => socket.destroy()))
  expect(await failureOn(port)).toMatchObject({
    code: 'NOT_KAFKA',
    message: expect.stringContaining('hung up'),
  })
})

it('tells of who hangs up on the first real question that it wants a login', async () => {
  const port = await listening(broker(12, () => 'hang up'))
  expect(await failureOn(port)).toMatchObject({ code: 'WANTS_LOGIN' })
})

it('refuses a broker that is too old', async () => {
  const port = await listening(broker(5, () => []))
  expect(await failureOn(port)).toMatchObject({ code: 'TOO_OLD' })
})
