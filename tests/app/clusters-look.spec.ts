import AxeBuilder from '@axe-core/playwright'
import { Client } from './harness/kafka.ts'
import { freePorts, otherCluster } from './harness/other-cluster.ts'
import type { Ottla } from './harness/ottla.ts'
import { expect, test } from './harness/test.ts'

// Pictures of the pages of clusters, to be looked at by a person: out/screenshots. That they can be reached in every
// theme and language, and that they have no barrier, is what is tested.

const SIZES = [
  [1280, 800],
  [1920, 1200],
] as const

const LANGUAGES = [
  {
    code: 'en',
    name: 'English',
    themes: { light: 'Light', dark: 'Dark' },
    clusters: 'Clusters',
    add: 'Add cluster by address',
    test: 'Test connection',
    submit: 'Add cluster',
    stop: 'Stop cluster local',
    remove: 'Delete cluster local',
  },
  {
    code: 'ko',
    name: '한국어',
    themes: { light: '밝게', dark: '어둡게' },
    clusters: '클러스터',
    add: '주소로 클러스터 추가',
    test: '연결 시험',
    submit: '클러스터 추가',
    stop: 'local 클러스터 중지',
    remove: 'local 클러스터 삭제',
  },
] as const

async function barriers(ottla: Ottla): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page: ottla.page }).setLegacyMode(true).analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)
}

for (const words of LANGUAGES) {
  for (const theme of ['light', 'dark'] as const) {
    test(`the pages of clusters in ${words.code}, ${theme}`, async ({ ottla }) => {
      const { page, shell } = ottla
      const shoot = async (name: string) => {
        expect(await barriers(ottla), name).toEqual([])
        for (const [width, height] of SIZES) {
          await ottla.resize(width, height)
          const path = `out/screenshots/${words.code}-${theme}-${name}-${width}.png`
          await page.screenshot({ path, animations: 'disabled' })
        }
      }
      const main = page.getByRole('main')
      const press = (name: string) => main.getByRole('button', { name, exact: true }).click()
      const openClusters = () => shell.rail.getByRole('button', { name: words.clusters, exact: true }).click()

      await ottla.create.firstPort.fill(String(await freePorts(3)))
      await ottla.create.submit.click()
      await expect(ottla.overview.brokers.locator('[data-state=running]')).toHaveCount(3)
      const own = new Client(await ottla.overview.servers())
      await own.createTopic('orders', 6, 3)
      await own.produce('orders', ['a', 'b', 'c'])
      await shell.openSettings()
      await ottla.settings.choose(words.name)
      await ottla.settings.choose(words.themes[theme])

      const other = await otherCluster()
      await openClusters()
      await press(words.add)
      const fields = main.getByRole('textbox')
      await fields.nth(0).fill('staging')
      await fields.nth(1).fill(`${other.bootstrapServers.split(',')[0]}, localhost:9`)
      await press(words.test)
      await expect(main.locator('[data-verdict=partly]')).toBeVisible()
      await shoot('add-cluster')
      await press(words.submit)
      await expect(ottla.overview.brokers.locator('[data-state=reachable]')).toHaveCount(3)
      await shoot('overview-remote')
      await openClusters()
      await expect(main.locator('[data-state=reachable]')).toBeVisible()
      await shoot('clusters')

      await other.kill()
      await expect(main.locator('[data-state=unreachable]')).toBeVisible()
      await press(words.stop)
      await expect(main.locator('[data-state=stopped]')).toBeVisible()
      await shoot('clusters-trouble')
      await press(words.remove)
      await expect(page.getByRole('dialog')).toContainText('3')
      await shoot('delete-cluster')
    })
  }
}
