import type { Locator, Page } from '@playwright/test'

/** One topic: figures, board, partitions, configs. */
export class TopicPage {
  readonly page: Page
  readonly main: Locator
  readonly title: Locator
  readonly board: Locator
  readonly partitions: Locator
  readonly dialog: Locator

  constructor(page: Page) {
    this.page = page
    this.main = page.getByRole('main')
    this.title = this.main.getByRole('heading', { level: 1 })
    this.board = this.main.getByRole('table', { name: 'Brokers and partitions' })
    this.partitions = this.main.getByRole('table', { name: 'Partitions' })
    this.dialog = page.getByRole('dialog')
  }

  figure(label: string): Locator {
    const facts = this.main.getByRole('region', { name: 'Topic in figures' })
    return facts.locator('dl', { has: facts.page().locator('dt', { hasText: label }) }).locator('dd')
  }

  button(name: string): Locator {
    return this.main.getByRole('button', { name, exact: true })
  }

  /** What the board says of a partition on a broker, as `Partition 0 on broker 2: leader`. */
  place(partition: number, broker: number): Locator {
    return this.board.locator(`[data-partition="${partition}"][data-broker="${broker}"]`)
  }

  /** Places on the board that bear a sign. */
  signs(sign: string): Locator {
    return this.board.locator(`[data-sign="${sign}"]`)
  }

  partition(id: number): Locator {
    return this.partitions.locator(`[data-partition-row="${id}"]`)
  }

  async leaderOf(partition: number): Promise<number> {
    const place = this.board.locator(`[data-partition="${partition}"][data-sign=leader]`)
    return Number(await place.getAttribute('data-broker'))
  }

  async show(view: 'Partitions' | 'Configs'): Promise<void> {
    await this.main.getByRole('radiogroup', { name: 'View' }).getByText(view, { exact: true }).click()
  }

  config(name: string): Locator {
    return this.main.locator(`[data-config="${name}"]`)
  }

  /** The panel in which a config is changed. */
  editor(name: string): Locator {
    return this.main.getByRole('complementary', { name })
  }
}
