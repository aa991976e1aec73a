import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'

/** What axe finds in the whole window, worth the name of a barrier: rule and places. */
export async function barriers(page: Page, { but = [] as string[] } = {}): Promise<string[]> {
  // Electron can't open the extra page that axe would use otherwise.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).disableRules(but).analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)
}
