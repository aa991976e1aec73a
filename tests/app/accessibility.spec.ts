import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect, test } from './harness/test.ts'

/** What axe finds in the whole window, worth the name of a barrier: rule and places. */
async function barriers(page: Page, { but = [] as string[] } = {}): Promise<string[]> {
  // Electron can't open the extra page that axe would use otherwise.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).disableRules(but).analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)
}

for (const theme of ['Light', 'Dark']) {
  test(`no barrier on any page, ${theme.toLowerCase()}`, async ({ ottla }) => {
    await ottla.shell.openSettings()
    await ottla.settings.choose(theme)
    expect(await barriers(ottla.page), 'settings').toEqual([])

    await ottla.shell.tabs.getByRole('button', { name: 'Close tab Settings' }).click()
    await expect(ottla.create.submit).toBeEnabled()
    expect(await barriers(ottla.page), 'first run').toEqual([])

    await ottla.create.submit.click()
    await expect(ottla.overview.state).toHaveText('Running')
    await expect(ottla.overview.figure('Topics')).toHaveText(/^\d/u)
    expect(await barriers(ottla.page), 'overview').toEqual([])

    await ottla.overview.broker(2).getByRole('button', { name: 'Kill broker 2' }).click()
    await expect(ottla.overview.problems).toBeVisible()
    expect(await barriers(ottla.page), 'overview with a problem').toEqual([])

    await ottla.shell.openPalette()
    // Its list scrolls with the arrow keys while the focus stays in the field, which the rule does not see.
    expect(await barriers(ottla.page, { but: ['scrollable-region-focusable'] }), 'palette').toEqual([])
  })
}
