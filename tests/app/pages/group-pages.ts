import type { Locator, Page } from '@playwright/test'

export class GroupsPage {
  readonly page: Page
  readonly main: Locator
  readonly grid: Locator

  constructor(page: Page) {
    this.page = page
    this.main = page.getByRole('main')
    this.grid = this.main.getByRole('grid')
  }

  async open(): Promise<void> {
    const rail = this.page.getByRole('complementary').first()
    await rail.getByRole('button', { name: /^(Consumer groups|컨슈머 그룹)$/u }).click()
  }

  row(groupId: string): Locator {
    return this.grid.locator(`[data-group="${groupId}"]`)
  }

  /** A row's cells in the order of the columns: group, state, members, topics, coordinator, lag. */
  cell(groupId: string, column: number): Locator {
    return this.row(groupId).getByRole('gridcell').nth(column)
  }
}

export class GroupPage {
  readonly page: Page
  readonly main: Locator
  readonly members: Locator
  readonly panel: Locator
  readonly dialog: Locator

  constructor(page: Page) {
    this.page = page
    this.main = page.getByRole('main')
    this.members = this.main.locator('[data-member]')
    this.panel = this.main.getByRole('complementary')
    this.dialog = page.getByRole('dialog')
  }

  figure(name: 'lag' | 'members'): Locator {
    return this.main.locator(`[data-figure=${name}]`)
  }

  /** A partition's cells: topic, partition, committed, end, lag, member. */
  cell(partition: string, column: number): Locator {
    return this.main.locator(`[data-partition="${partition}"]`).getByRole('cell').nth(column)
  }

  button(name: string): Locator {
    return this.main.getByRole('button', { name, exact: true })
  }
}
