import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { connectControl } from '../../../src/broker/supervisor/control-client.ts'
import type { ControlClient } from '../../../src/broker/supervisor/control-client.ts'
import type { ControlFile } from '../../../src/broker/supervisor/control-protocol.ts'
import { ControlServer } from '../../../src/broker/supervisor/control-server.ts'
import type { ControlServerOptions } from '../../../src/broker/supervisor/control-server.ts'
import { ClusterError } from '../../../src/broker/supervisor/types.ts'
import { FakeCluster } from './fake-cluster.ts'
import { temporaryFolder } from './temporary-folder.ts'

async function serve(options: ControlServerOptions = {}) {
  const cluster = new FakeCluster(temporaryFolder())
  const server = await ControlServer.serve(cluster, options)
  onTestFinished(() => server.close())
  return { cluster, server, folder: cluster.directory }
}

async function connected(folder: string): Promise<ControlClient> {
  const client = await connectControl(folder)
  onTestFinished(() => client.close())
  return client
}

function controlFile(folder: string): ControlFile {
  return JSON.parse(readFileSync(join(folder, 'control.json'), 'utf8')) as ControlFile
}

function withCode(code: string) {
  return expect.objectContaining({ failure: expect.objectContaining({ code }) })
}

/** Sends `text` to the control port and resolves to everything it answers before it hangs up. */
async function exchange(port: number, text: string, end = false): Promise<string> {
  const socket: Socket = connect({ host: '127.0.0.1', port })
  socket.write(text)
  if (end) socket.end()
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => chunks.push(chunk))
  await new Promise<void>((resolve) => {
    // A hang-up with our bytes unread arrives as a reset.
    socket.on('error', () => socket.destroy())
    socket.on('close', () => resolve())
  })
  return Buffer.concat(chunks).toString()
}

describe('the control channel', () => {
  test('tells the status', async () => {
    const { cluster, folder } = await serve()
    const client = await connected(folder)

    expect(await client.status()).toEqual(cluster.status())
  })

  test('kills, stops and starts brokers, and answers with the status afterwards', async () => {
    const { cluster, folder } = await serve()
    const client = await connected(folder)

    expect((await client.broker('kill', 2)).brokers[1]?.state).toBe('stopped')
    expect((await client.broker('start', 2)).brokers[1]?.state).toBe('running')
    expect((await client.broker('stop', 1)).brokers[0]?.state).toBe('stopped')
    expect(cluster.calls).toEqual(['kill 2', 'start 2', 'stop 1'])
  })

  test('adds a broker, and answers with the status afterwards', async () => {
    const { cluster, folder } = await serve()
    const client = await connected(folder)

    expect((await client.addBroker()).brokers.map(({ id }) => id)).toEqual([1, 2, 3])
    expect(cluster.calls).toEqual(['add'])
  })

  test('adds one in a rack', async () => {
    const { folder } = await serve()
    const client = await connected(folder)

    expect((await client.addBroker({ rack: 'south' })).brokers.at(-1)).toMatchObject({ id: 3, rack: 'south' })
  })

  test('removes a broker, tells how far it has come, and answers with the status afterwards', async () => {
    const { cluster, folder } = await serve()
    const client = await connected(folder)
    const progress: unknown[] = []

    const left = await client.removeBroker(2, { onProgress: (each) => progress.push(each) })
    expect(left.brokers.map(({ id }) => id)).toEqual([1])
    expect(progress).toEqual([
      { step: 'moving', movedReplicas: 1, totalReplicas: 2, copiedBytes: 3, totalBytes: 4 },
    ])
    expect(cluster.calls).toEqual(['remove 2'])
  })

  test.each([
    ['when asked to', (abort: AbortController) => abort.abort()],
    ['when nobody waits for it any more', (_: AbortController, client: ControlClient) => client.close()],
  ])('calls a removal off %s', async (_, callOff) => {
    const { cluster, folder } = await serve()
    const client = await connected(folder)
    let release = (): void => undefined
    cluster.gate = new Promise((resolve) => (release = resolve))
    const abort = new AbortController()

    const settled = client.removeBroker(2, { signal: abort.signal }).catch(() => undefined)
    await vi.waitFor(() => expect(cluster.calls).toEqual(['remove 2']))
    callOff(abort, client)
    await vi.waitFor(() => expect(cluster.calls).toEqual(['remove 2', 'cancelled 2']))
    release()
    await settled
  })

  test('stops the cluster', async () => {
    const { cluster, folder } = await serve()
    const client = await connected(folder)

    await client.stop()

    expect(cluster.calls).toEqual(['stop'])
    expect((await client.status()).state).toBe('stopped')
  })

  test('lets its owner say what stopping means', async () => {
    const stops: string[] = []
    const { cluster, folder } = await serve({
      stop: async () => void stops.push('mine'),
      onStopped: () => void stops.push('stopped'),
    })
    const client = await connected(folder)

    await client.stop()

    expect(stops).toEqual(['mine', 'stopped'])
    expect(cluster.calls).toEqual([])
  })

  test('answers several calls at once, each its own', async () => {
    const { cluster, folder } = await serve()
    const client = await connected(folder)
    let open = (): void => undefined
    cluster.gate = new Promise((resolve) => {
      open = resolve
    })

    const kill = client.broker('kill', 1)
    // Answered while the other one still waits.
    expect((await client.status()).brokers[0]?.state).toBe('running')
    open()

    expect((await kill).brokers[0]?.state).toBe('stopped')
  })

  test('carries failures over', async () => {
    const { cluster, folder } = await serve()
    const client = await connected(folder)
    cluster.error = new ClusterError({
      code: 'PORT_TAKEN',
      message: 'Port 9092 is taken.',
      remedy: 'Free it.',
    })

    await expect(client.broker('start', 1)).rejects.toEqual(withCode('PORT_TAKEN'))
    await expect(client.broker('start', 1)).rejects.toThrow('Port 9092 is taken. Free it.')
    cluster.error = new Error('boom')
    await expect(client.stop()).rejects.toEqual(withCode('INTERNAL'))
  })

  test('knows its brokers', async () => {
    const { cluster, folder } = await serve()
    const client = await connected(folder)

    await expect(client.broker('kill', 7)).rejects.toThrow(
      'The cluster has no broker 7. Its brokers are 1, 2.',
    )
    expect(cluster.calls).toEqual([])
  })

  test('answers calls it does not know with a failure', async () => {
    const { folder } = await serve()
    const { port, token } = controlFile(folder)

    const answers = await exchange(port, `{"token":"${token}"}\n{"id":1,"method":"fly"}\nnonsense\n`, true)

    expect(answers.split('\n').map((line) => line.slice(0, 38))).toEqual([
      '{"welcome":"ottla"}',
      '{"id":1,"failure":{"code":"UNKNOWN_CAL',
      '{"id":0,"failure":{"code":"UNKNOWN_CAL',
      '',
    ])
  })

  test('is announced in a file only its user can read', async () => {
    const { folder } = await serve()

    expect(controlFile(folder)).toMatchObject({ formatVersion: 1, pid: process.pid })
    expect(statSync(join(folder, 'control.json')).mode & 0o777).toBe(0o600)
    expect(readdirSync(folder).sort()).toEqual(['cluster.json', 'control.json'])
  })

  test.each(['{"token":"wrong"}\n', '{}\n', '{"id":1,"method":"stop"}\n', '\n', 'GET / HTTP/1.1\r\n'])(
    'says nothing to a stranger who begins with %j',
    async (line) => {
      const { cluster, folder } = await serve()

      expect(await exchange(controlFile(folder).port, `${line}{"id":1,"method":"stop"}\n`)).toBe('')
      expect(cluster.calls).toEqual([])
    },
  )

  test('hangs up on a line without an end', async () => {
    const { folder } = await serve()
    const { port, token } = controlFile(folder)

    expect(await exchange(port, 'x'.repeat(100_000))).toBe('')
    expect(await exchange(port, `{"token":"${token}"}\n${'x'.repeat(100_000)}`)).not.toContain('failure')
  })

  test('outlives a client that goes away in the middle of a call', async () => {
    const { cluster, folder } = await serve()
    const other = await connected(folder)
    let open = (): void => undefined
    cluster.gate = new Promise((resolve) => {
      open = resolve
    })
    const client = await connectControl(folder)
    const kill = client.broker('kill', 1)

    client.close()
    await expect(kill).rejects.toEqual(withCode('CONNECTION_LOST'))
    open()

    expect((await other.broker('stop', 2)).brokers[1]?.state).toBe('stopped')
  })
})

describe('closing the control channel', () => {
  test('removes its file, and clients hear that nothing runs', async () => {
    const { server, folder } = await serve()

    await server.close()

    expect(readdirSync(folder)).toEqual(['cluster.json'])
    await expect(connectControl(folder)).rejects.toEqual(withCode('NOT_RUNNING'))
  })

  test('answers what is under way first', async () => {
    const { cluster, server, folder } = await serve()
    const client = await connected(folder)
    let open = (): void => undefined
    cluster.gate = new Promise((resolve) => {
      open = resolve
    })
    const kill = client.broker('kill', 1)
    await client.status()

    const closed = server.close()
    open()

    expect((await kill).brokers[0]?.state).toBe('stopped')
    await closed
    await expect(client.status()).rejects.toEqual(withCode('CONNECTION_LOST'))
  })

  test('leaves the file of whoever took over', async () => {
    const { cluster, server, folder } = await serve()
    const successor = await ControlServer.serve(cluster)
    onTestFinished(() => successor.close())

    await server.close()

    expect((await (await connected(folder)).status()).state).toBe('running')
  })

  test('twice is no error', async () => {
    const { server } = await serve()

    await server.close()

    await expect(server.close()).resolves.toBeUndefined()
  })
})

describe('a cluster that is not running', () => {
  test('has no control.json', async () => {
    await expect(connectControl(temporaryFolder())).rejects.toEqual(withCode('NOT_RUNNING'))
  })

  test.each(['', '{', '[]', '{"formatVersion":1}', '{"formatVersion":1,"pid":1,"port":"x","token":"t"}'])(
    'may have %j in control.json',
    async (text) => {
      const folder = temporaryFolder()
      writeFileSync(join(folder, 'control.json'), text)

      await expect(connectControl(folder)).rejects.toEqual(withCode('NOT_RUNNING'))
    },
  )

  test('may have left control.json behind when it was killed', async () => {
    const folder = temporaryFolder()
    // Pids end long before this one on every system.
    const file: ControlFile = { formatVersion: 1, pid: 2 ** 31 - 1, port: 9, token: 't' }
    writeFileSync(join(folder, 'control.json'), JSON.stringify(file))

    await expect(connectControl(folder)).rejects.toEqual(withCode('NOT_RUNNING'))
  })

  test('may have a pid that another process uses now', async () => {
    const { server, folder } = await serve()
    const file = controlFile(folder)
    await server.close()
    writeFileSync(join(folder, 'control.json'), JSON.stringify(file))

    await expect(connectControl(folder)).rejects.toEqual(withCode('NOT_RUNNING'))
  })

  test.each(['HTTP/1.1 400 Bad Request\r\n\r\n', '{"welcome":"stranger"}\n'])(
    'may have a port where another program says %j',
    async (greeting) => {
      const stranger = createServer((socket) => socket.end(greeting))
      await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve))
      onTestFinished(() => void stranger.close())
      const folder = temporaryFolder()
      const { port } = stranger.address() as AddressInfo
      const file: ControlFile = { formatVersion: 1, pid: process.pid, port, token: 't' }
      writeFileSync(join(folder, 'control.json'), JSON.stringify(file))

      await expect(connectControl(folder)).rejects.toEqual(withCode('NOT_RUNNING'))
    },
  )
})
