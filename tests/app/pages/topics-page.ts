import type { Locator, Page } from '@playwright/test'

/** The list of topics, and the form that creates one. */
export class TopicsPage {
  readonly page: Page
  readonly main: Locator
  readonly search: Locator
  readonly rows: Locator
  readonly form: Locator
  readonly check: Locator

  constructor(page: Page) {
    this.page = page
    this.main = page.getByRole('main')
    this.search = this.main.getByRole('searchbox', { name: 'Search topics' })
    this.rows = this.main.locator('[data-topic]')
    this.form = this.main.getByRole('complementary', { name: 'Create topic' })
    this.check = this.form.getByTestId('topic-check')
  }

  row(topic: string): Locator {
    return this.main.locator(`[data-topic="${topic}"]`)
  }

  async openForm(): Promise<void> {
    await this.main.getByRole('button', { name: 'Create topic' }).first().click()
    await this.form.waitFor()
  }

  field(label: string): Locator {
    return this.form.getByLabel(label, { exact: true })
  }

  async addConfig(name: string, value: string): Promise<void> {
    await this.form.getByRole('button', { name: 'Add config' }).click()
    await this.page.getByPlaceholder('Config', { exact: true }).fill(name)
    await this.page.getByRole('option', { name, exact: true }).click()
    await this.field(`Value of ${name}`).fill(value)
  }

  get submit(): Locator {
    return this.form.getByRole('button', { name: 'Create topic' })
  }

  async create(topic: string, partitions: number): Promise<void> {
    await this.openForm()
    await this.field('Topic name').fill(topic)
    await this.field('Partitions').fill(String(partitions))
    await this.submit.click()
  }
}
