import { barriers } from './harness/barriers.ts'
import { runCluster } from './harness/running-cluster.ts'
import type { Ottla } from './harness/ottla.ts'
import { expect, test } from './harness/test.ts'
import { GroupPage, GroupsPage } from './pages/group-pages.ts'

// The group's pages in every theme and language, to be looked at by a person (out/screenshots) and by axe.

const SIZES = [
  [1280, 800],
  [1920, 1200],
] as const

const EN = ['Offsets and lag', 'Assignment', 'Members', 'Rebalances']
const KO = ['오프셋과 랙', '할당', '멤버', '리밸런싱']
const LOOKS = [
  { name: 'en-light', language: 'English', theme: 'Light', views: EN, reset: 'Reset offsets' },
  { name: 'en-dark', language: 'English', theme: 'Dark', views: EN, reset: 'Reset offsets' },
  { name: 'ko-dark', language: '한국어', theme: '어둡게', views: KO, reset: '오프셋 재설정' },
  { name: 'ko-light', language: '한국어', theme: '밝게', views: KO, reset: '오프셋 재설정' },
] as const

async function take(ottla: Ottla, name: string): Promise<void> {
  for (const [width, height] of SIZES) {
    await ottla.resize(width, height)
    await ottla.page.screenshot({ path: `out/screenshots/${name}-${width}.png`, animations: 'disabled' })
  }
}

test('the pages of a group', async ({ ottla }) => {
  test.setTimeout(240_000)
  await runCluster(ottla)
  const [groups, group] = [new GroupsPage(ottla.page), new GroupPage(ottla.page)]
  await groups.open()
  await take(ottla, 'groups-empty')
  await groups.main.getByRole('button', { name: 'Start demo' }).click()
  await expect(group.figure('members')).toHaveText('2')
  await group.act('Add member')
  await expect(group.figure('members')).toHaveText('3')
  await group.show('Members')
  await group.button('Crash demo-consumer-2').click()
  await group.show('Rebalances')
  await expect(group.causes.first()).toContainText('expired', { timeout: 25_000 })
  await expect(group.lane('demo-consumer-1')).toContainText('Stable')

  for (const { name, language, theme, views, reset } of LOOKS) {
    await ottla.shell.openSettings()
    await ottla.settings.choose(language)
    await ottla.settings.choose(theme)
    await groups.open()
    await expect(groups.row('demo-group')).toBeVisible()
    await take(ottla, `groups-list-${name}`)
    expect(await barriers(ottla.page), `list ${name}`).toEqual([])
    await groups.row('demo-group').click()
    for (const [index, view] of views.entries()) {
      await group.show(view)
      await expect(group.figure('members')).toHaveText('2')
      await take(ottla, `group-${index}-${name}`)
      expect(await barriers(ottla.page), `${view} ${name}`).toEqual([])
    }
    await group.button(reset).click()
    await expect(group.panel.getByRole('table')).toBeVisible()
    await take(ottla, `group-reset-${name}`)
    await ottla.page.keyboard.press('Escape')
  }
})
