import { Kafka, logLevel } from 'kafkajs'
import { expect, test } from './harness/test.ts'
import { BrowsePage } from './pages/browse-page.ts'

test('measure', async ({ ottla }) => {
  test.setTimeout(300_000)
  await ottla.create.submit.click()
  await expect(ottla.overview.state).toHaveText('Running')
  const servers = (await ottla.overview.servers()).split(',')
  const kafka = new Kafka({ brokers: servers, logLevel: logLevel.NOTHING })
  const admin = kafka.admin()
  await admin.connect()
  await admin.createTopics({
    topics: [
      { topic: 'many', numPartitions: 3, replicationFactor: 1 },
      { topic: 'large', numPartitions: 1, replicationFactor: 1, configEntries: [{ name: 'max.message.bytes', value: '20971520' }] },
    ],
    waitForLeaders: true,
  })
  const producer = kafka.producer({ maxInFlightRequests: 3 })
  await producer.connect()
  const big = `[${Array.from({ length: 163_840 }, (_, id) => `{"id":${id},"text":"${'x'.repeat(40)}"}`).join(',')}]`
  await producer.send({ topic: 'large', acks: 1, messages: [{ value: big }] })
  const send = (count: number) =>
    producer.send({
      topic: 'many',
      acks: 1,
      messages: Array.from({ length: count }, (_, n) => ({ key: `k${n}`, value: `{"n":${n},"text":"${'y'.repeat(120)}"}` })),
    })
  for (let at = 0; at < 30; at++) await send(2_000)

  const browse = new BrowsePage(ottla.page)
  await browse.open('large')
  await expect(browse.cells(1)).toHaveCount(7)
  const opened = await ottla.page.evaluate(async () => {
    const started = performance.now()
    document.querySelector<HTMLElement>('[role=row]')?.click()
    while (!document.querySelector('aside h3')) await new Promise(requestAnimationFrame)
    const shell = performance.now() - started
    while (!document.querySelector('main aside')?.textContent?.includes('"id": 0')) await new Promise(requestAnimationFrame)
    return { shell, json: performance.now() - started }
  })
  console.log('10 MB', big.length, JSON.stringify(opened))
  await browse.main.getByRole('button', { name: 'Close record' }).click()

  await browse.main.getByRole('combobox', { name: 'Topic', exact: true }).click()
  await ottla.page.getByRole('option', { name: 'many' }).click()
  await expect(browse.cells(1)).toHaveCount(7)
  const fps = await ottla.page.evaluate(async () => {
    const grid = document.querySelector<HTMLElement>('[role=grid]')!
    const frames: number[] = []
    let last = performance.now()
    let empty = 0
    for (let frame = 0; frame < 300; frame++) {
      grid.scrollTop += 300
      await new Promise(requestAnimationFrame)
      const now = performance.now()
      frames.push(now - last)
      last = now
      empty += document.querySelectorAll('[role=row] .bg-elevated').length > 3 ? 1 : 0
    }
    frames.sort((a, b) => a - b)
    return { median: frames[150], p95: frames[285], rows: grid.getAttribute('aria-rowcount'), empty, top: grid.scrollTop }
  })
  console.log('scroll', JSON.stringify(fps))

  const heap = () =>
    ottla.page.evaluate(() => (performance as unknown as { memory: { usedJSHeapSize: number } }).memory.usedJSHeapSize / 1e6)
  console.log('heap before tail', await heap())
  await browse.readFrom('Live')
  await expect(browse.main.getByTestId('tail-rate')).toBeVisible()
  const until = Date.now() + 45_000
  let sent = 0
  const begun = Date.now()
  while (Date.now() < until) {
    await send(500)
    sent += 500
    const ahead = begun + sent / 5 - Date.now()
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, ahead)))
    if (sent % 25_000 === 0) console.log(sent, await browse.main.getByTestId('tail-rate').textContent(), 'heap', await heap())
  }
  console.log(await browse.main.getByTestId('tail-totals').textContent())
})
