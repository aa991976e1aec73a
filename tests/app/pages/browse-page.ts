import type { Locator, Page } from '@playwright/test'

export class BrowsePage {
  readonly page: Page
  readonly main: Locator
  readonly grid: Locator
  readonly rows: Locator
  readonly record: Locator
  readonly counts: Locator
  readonly range: Locator
  readonly end: Locator
  readonly search: Locator
  readonly exports: Locator
  readonly tailRate: Locator
  readonly tailTotals: Locator

  constructor(page: Page) {
    this.page = page
    this.main = page.getByRole('main')
    this.grid = this.main.getByRole('grid')
    this.rows = this.grid.getByRole('row')
    this.record = this.main.getByRole('complementary')
    this.counts = this.main.getByTestId('reading-counts')
    this.range = this.main.getByTestId('reading-range')
    this.end = this.main.getByTestId('reading-end')
    this.search = this.main.getByRole('search')
    this.tailRate = this.main.getByTestId('tail-rate')
    this.tailTotals = this.main.getByTestId('tail-totals')
    this.exports = this.main.getByTestId('export-progress')
  }

  /** From the rail, and then the topic among those offered. */
  async open(topic: string): Promise<void> {
    await this.page.getByRole('complementary').first().getByRole('button', { name: 'Browse' }).click()
    await this.main.getByRole('button', { name: topic, exact: true }).click()
  }

  async readFrom(mode: string): Promise<void> {
    await this.main.getByRole('radiogroup', { name: 'Read from' }).getByText(mode, { exact: true }).click()
  }

  async find(text: string): Promise<void> {
    await this.search.getByRole('textbox').fill(text)
    await this.search.getByRole('button', { name: 'Search', exact: true }).click()
  }

  button(name: string): Locator {
    return this.main.getByRole('button', { name, exact: true })
  }

  /** Reads all records again. */
  async clearSearch(): Promise<void> {
    await this.search.getByRole('button', { name: 'Clear the search' }).click()
  }

  /** Pulls the scroll bar to its end whenever that has moved on, until the list has so many rows. */
  async scrollUntil(rows: number): Promise<void> {
    await this.grid.evaluate(
      (grid, rows) =>
        new Promise<void>((resolve) => {
          const pull = () => {
            grid.scrollTop = grid.scrollHeight
            if (Number(grid.getAttribute('aria-rowcount')) >= rows) resolve()
          }
          new MutationObserver(pull).observe(grid, { attributeFilter: ['aria-rowcount'] })
          pull()
        }),
      rows,
    )
  }

  /** To a place of the list, as a share of its length. */
  async scrollTo(share: number): Promise<void> {
    await this.grid.evaluate((grid, share) => {
      grid.scrollTop = (grid.scrollHeight - grid.clientHeight) * share
    }, share)
  }

  /** How many records a live tail has seen. */
  async arrived(): Promise<number> {
    const [number = ''] = ((await this.tailTotals.textContent()) ?? '').split(' ')
    return Number(number.replaceAll(',', ''))
  }

  /** Cells of a row in sight, from 1: time, partition, offset, key, value, headers, size. */
  cells(row: number): Locator {
    return this.grid.locator(`[aria-rowindex="${row}"]`).getByRole('gridcell')
  }

  part(name: 'Key' | 'Value' | 'Headers'): Locator {
    return this.record.getByRole('region', { name, exact: true })
  }
}
