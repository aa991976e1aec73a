import type { Locator, Page } from '@playwright/test'

export class HistoryPage {
  readonly page: Page
  readonly main: Locator
  readonly list: Locator
  readonly panel: Locator
  readonly timeLine: Locator
  /** The board of a moment that is past. */
  readonly past: Locator

  constructor(page: Page) {
    this.page = page
    this.main = page.getByRole('main')
    this.list = this.main.getByRole('grid', { name: /^(History, newest first|이력, 최신순)$/u })
    this.panel = this.main.getByRole('complementary')
    this.timeLine = this.main.getByRole('slider')
    this.past = this.main.locator('[data-past]')
  }

  async open(): Promise<void> {
    const rail = this.page.getByRole('complementary').first()
    await rail.getByRole('button', { name: /^(History|이력)$/u }).click()
  }

  /** Rows of a kind, as `leader-elected`, that have a text in them. */
  rows(kind: string, hasText = ''): Locator {
    return this.list.locator(`[data-kind="${kind}"]`).filter({ hasText })
  }

  /** A row's cell: time, what, of, change, cause. */
  cell(row: Locator, column: number): Locator {
    return row.getByRole('gridcell').nth(column)
  }

  /** What a partition's leader, ISR, … were before (0), and are after it (1). */
  state(name: string, column: 0 | 1): Locator {
    return this.panel.locator(`[data-state=${name}]`).getByRole('cell').nth(column)
  }

  /** A broker's part in a partition at the moment shown. */
  replica(topic: string, partition: number, broker: number): Locator {
    return this.past.locator(`[data-row-key="${topic}/${partition}"] [data-broker="${broker}"]`)
  }

  head(broker: number): Locator {
    return this.past.locator(`[data-broker-head="${broker}"]`)
  }

  button(name: string): Locator {
    return this.main.getByRole('button', { name, exact: true })
  }
}
