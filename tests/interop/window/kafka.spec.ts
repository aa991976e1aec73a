import { Client } from '../../app/harness/kafka.ts'
import { expect, test } from '../../app/harness/test.ts'
import { BoardPage } from '../../app/pages/board-page.ts'
import { BrowsePage } from '../../app/pages/browse-page.ts'
import { ClustersPage } from '../../app/pages/clusters-page.ts'
import { GroupPage, GroupsPage } from '../../app/pages/group-pages.ts'
import { ProducePage } from '../../app/pages/produce-page.ts'
import { TopicPage } from '../../app/pages/topic-page.ts'
import { TopicsPage } from '../../app/pages/topics-page.ts'
import { ApacheKafka, prepareApacheKafka } from '../differential/apache-kafka.ts'
import { BROKER_IDS } from '../differential/cluster.ts'
import { JavaClients } from '../sessions/java-clients.ts'

// The app as a user has it, on a cluster of Apache Kafka that it knows by address only.

const PICTURES = 'out/screenshots/apache-kafka'
const CONFIG = {
  'transaction.state.log.num.partitions': '1',
  'share.coordinator.state.topic.num.partitions': '1',
}

/** Pages of the rail in Korean, and a part of what each says of a cluster that is not local. */
const KOREAN_PAGES = [
  ['개요', '로컬 클러스터에서만 할 수 있습니다'],
  ['클러스터 보드', '로컬 클러스터에서만 일으킬 수 있습니다'],
  ['토픽', 'compressed'],
  ['메시지', 'transactions'],
  ['발행', '키'],
  ['컨슈머 그룹', 'java-share'],
  ['이력', '원격 클러스터에는 조회할 수 있는 이력이 없습니다'],
  ['데모', '로컬 클러스터에서만 실행할 수 있습니다'],
] as const

const missing = prepareApacheKafka()
test.skip(missing !== null, `Apache Kafka is not to be had: ${missing}`)

let kafka: ApacheKafka | undefined
let clients: JavaClients | undefined
let servers: string

test.beforeAll(async () => {
  test.setTimeout(180_000)
  const started = await ApacheKafka.start({ config: CONFIG, racks: BROKER_IDS.map((id) => `rack-${id}`) })
  kafka = started
  servers = BROKER_IDS.map((id) => `${started.address(id).host}:${started.address(id).port}`).join()
  const client = new Client(servers)
  for (const [topic, partitions] of [
    ['compressed', 1],
    ['transactions', 1],
    ['read', 3],
  ] as const) {
    // Refused until all three brokers have registered; then kafkajs may ask one for leaders that has not heard yet.
    await expect(() => client.createTopic(topic, partitions, 3)).toPass({ timeout: 60_000 })
  }
  clients = await JavaClients.start(servers)
})

test.afterAll(async () => {
  clients?.kill()
  await kafka?.close()
})

test('the same pages manage Apache Kafka', async ({ ottla }) => {
  const { page, shell, overview } = ottla
  const clusters = new ClustersPage(page)
  const topics = new TopicsPage(page)
  const topic = new TopicPage(page)
  const produce = new ProducePage(page)
  const browse = new BrowsePage(page)
  const groups = new GroupsPage(page)
  const group = new GroupPage(page)
  const board = new BoardPage(page)
  const picture = (name: string) =>
    page.screenshot({ path: `${PICTURES}/${name}.png`, animations: 'disabled' })
  await ottla.resize(1280, 800)

  await test.step('added by address', async () => {
    await clusters.typeAddress('production', servers)
    await clusters.button('Test connection').click()
    await expect(clusters.report).toContainText('3')
    await clusters.button('Add cluster').click()
    await expect(overview.title).toHaveText('production')
  })

  await test.step('the overview has its brokers, and says what needs a local one', async () => {
    await expect(overview.brokers.locator('[data-state=reachable]')).toHaveCount(3)
    await expect(overview.broker(2)).toContainText('rack-2')
    await expect(overview.figure('Controller')).toContainText('1')
    await expect(overview.main).toContainText('Only brokers of a local cluster can be started')
    await picture('overview')
  })

  await test.step('a topic is created', async () => {
    await shell.rail.getByRole('button', { name: 'Topics' }).click()
    await expect(topics.row('compressed')).toBeVisible()
    await topics.openForm()
    await topics.field('Topic name').fill('orders')
    await topics.field('Replication factor').fill('4')
    await expect(topics.check).toContainText('INVALID_REPLICATION_FACTOR')
    await topics.field('Replication factor').fill('3')
    await topics.field('Partitions').fill('3')
    await topics.field('Value of retention.ms').fill('86400000')
    await expect(topics.check).toHaveText('The cluster accepts this.')
    await picture('create-topic')
    await topics.submit.click()
    await expect(topic.title).toHaveText('orders')
    await expect(topic.signs('leader')).toHaveCount(3)
    await expect(topic.signs('inSync')).toHaveCount(6)
    // As the overview has it: in KRaft, Metadata names any broker.
    await expect(topic.board.locator('[data-broker-row="1"]')).toContainText('controller')
  })

  await test.step('its configs show value, source and default', async () => {
    await topic.show('Configs')
    await expect(topic.config('retention.ms')).toContainText('Override')
    await topic.config('retention.ms').click()
    await expect(topic.editor('retention.ms')).toContainText('604800000')
    await picture('configs')
    await topic.show('Partitions')
  })

  await test.step('a record is written, and read where it is', async () => {
    await shell.rail.getByRole('button', { name: 'Topics' }).click()
    await topics.row('orders').getByRole('button', { name: 'Produce to orders' }).click()
    await produce.fill('Key', '주문')
    await produce.fill('Value', '{"id": 9007199254740993}')
    await produce.addHeader(1, 'trace', 'a')
    await produce.sendAs(1)
    await picture('produce')
    await browse.open('orders')
    await expect(browse.cells(1).nth(3)).toContainText('주문')
    await browse.rows.first().click()
    await expect(browse.part('Value')).toContainText('9007199254740993')
    await picture('browse')
  })

  await test.step('batches of every compression are read and searched', async () => {
    await browse.open('compressed')
    await expect(browse.cells(1).nth(3)).toContainText('zstd-19')
    await browse.find('한글 lz4')
    await expect(browse.counts).toContainText('20')
    await picture('search')
  })

  await test.step('what transactions left out of sight is not counted as records', async () => {
    await browse.open('transactions')
    await expect(browse.counts).toHaveText('10 records in 13 offsets')
    await browse.main.getByText('Committed only').click()
    await expect(browse.counts).toHaveText('6 records in 12 offsets')
    await picture('committed')
  })

  await test.step('the board has every partition', async () => {
    await board.open()
    await expect(board.row('orders', 0).getByTestId('high-watermark')).toHaveText('1')
    await expect(board.row('compressed', 0).getByTestId('high-watermark')).toHaveText('100')
    await expect(board.signs('inSync')).toHaveCount(16)
    await expect(board.button('Faults')).toBeDisabled()
    await picture('board')
  })

  await test.step('groups of all three kinds are listed, and looked into', async () => {
    await groups.open()
    for (const kind of ['classic', 'consumer', 'share']) {
      await expect(groups.cell(`java-${kind}`, 1)).toHaveText('Stable')
      await expect(groups.cell(`java-${kind}`, 3)).toHaveText('1')
    }
    await picture('groups')
    await groups.row('java-consumer').click()
    await expect(group.figure('members')).toHaveText('1')
    await group.show('Members')
    await expect(group.members).toContainText('reader-consumer')
    await expect(group.main).toContainText('the rebalance says so. Kafka has no request')
    await picture('group')
    await group.show('Rebalances')
    await picture('rebalances')
    await group.button('Reset offsets').click()
    await expect(group.panel.getByRole('button', { name: 'Reset offsets' })).toBeDisabled()
    await picture('reset')
    await groups.open()
    await groups.row('java-share').click()
    await expect(group.figure('members')).toHaveText('1')
    await picture('share-group')
  })

  await test.step('history and demo say that they need a local cluster', async () => {
    await shell.rail.getByRole('button', { name: 'History' }).click()
    await expect(page.getByRole('main')).toContainText('A local cluster does')
    await picture('history')
    await shell.rail.getByRole('button', { name: 'Demo' }).click()
    await expect(page.getByRole('main')).toContainText(/local cluster/u)
    await picture('demo')
  })

  await test.step('the pages say the same in Korean, light and dark', async () => {
    for (const [theme, name] of [
      ['light', '밝게'],
      ['dark', '어둡게'],
    ] as const) {
      await shell.openSettings()
      await ottla.settings.choose('한국어')
      await ottla.settings.choose(name)
      for (const [shown, words] of KOREAN_PAGES) {
        await shell.rail.first().getByRole('button', { name: shown, exact: true }).click()
        await expect(page.getByRole('main')).toContainText(words)
        await picture(`ko-${theme}-${shown.replace(' ', '-')}`)
      }
    }
    await shell.openSettings()
    await ottla.settings.choose('English')
  })

  await test.step('a broker that dies is seen, and the cluster when it is gone', async () => {
    await shell.openOverview()
    await kafka?.kill(3)
    await expect(overview.problems).toBeVisible()
    await expect(overview.figure('Brokers')).toHaveText(/2 \/ 3/u)
    await expect(overview.broker(3).locator('[data-state=unreachable]')).toBeVisible()
    await expect(overview.figure('Records in')).toHaveText(/\d/u)
    await picture('broker-dead')
    await Promise.all([1, 2].map((id) => kafka?.kill(id)))
    await expect(overview.state).toHaveText('Unreachable')
    await picture('unreachable')
  })
})
