import type { Locator, Page } from '@playwright/test'

/** The page of all clusters, its dialogs, and the page on which one is added by address. */
export class ClustersPage {
  readonly page: Page
  readonly main: Locator
  readonly dialog: Locator
  readonly name: Locator
  readonly servers: Locator
  readonly report: Locator

  constructor(page: Page) {
    this.page = page
    this.main = page.getByRole('main')
    this.dialog = page.getByRole('dialog')
    this.name = this.main.getByRole('textbox', { name: 'Name', exact: true })
    this.servers = this.main.getByRole('textbox', { name: 'Bootstrap servers' })
    this.report = this.main.getByRole('region', { name: 'Result of the test' })
  }

  async open(): Promise<void> {
    await this.page.getByRole('complementary').getByRole('button', { name: 'Clusters', exact: true }).click()
  }

  card(name: string): Locator {
    return this.main.getByRole('article', { name, exact: true })
  }

  state(name: string): Locator {
    return this.card(name).getByTestId('cluster-state')
  }

  figure(cluster: string, label: string): Locator {
    const term = this.page.locator('dt', { hasText: label })
    return this.card(cluster).locator('dl > div', { has: term }).locator('dd')
  }

  button(name: string): Locator {
    return this.main.getByRole('button', { name, exact: true })
  }

  async rename(from: string, to: string): Promise<void> {
    await this.button(`Rename cluster ${from}`).click()
    const field = this.main.getByRole('textbox', { name: `New name of ${from}` })
    await field.fill(to)
    await field.press('Enter')
  }

  /** From wherever the window is to the filled form. */
  async typeAddress(name: string, servers: string): Promise<void> {
    await this.open()
    await this.button('Add cluster by address').click()
    await this.name.fill(name)
    await this.servers.fill(servers)
  }
}
