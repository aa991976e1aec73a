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

  /** A row's cells in the order of the columns: group, state, type, members, topics, coordinator, lag. */
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

  /** A partition's cells: topic, partition, committed, end, lag, time lag, rate, caught up in, member. */
  cell(partition: string, column: number): Locator {
    return this.main.locator(`[data-partition="${partition}"]`).getByRole('cell').nth(column)
  }

  /** One of the page's views: `Offsets and lag`, `Assignment`, `Members`, `Rebalances`. */
  async show(view: string): Promise<void> {
    await this.main.getByRole('radiogroup').first().getByText(view, { exact: true }).click()
  }

  /** Something in the menu of actions. */
  async act(name: string): Promise<void> {
    await this.main.locator('[data-menu=group]').click()
    await this.page.getByRole('menuitem', { name, exact: true }).click()
  }

  /** The causes of the rebalance that is shown, the first one first. */
  get causes(): Locator {
    return this.main.locator('[data-causes] li')
  }

  lane(name: string): Locator {
    return this.main.locator(`[data-xray-lane="${name}"]`)
  }

  /** What the assignment matrix says a member reads. */
  matrixCells(member: string): Locator {
    return this.main.locator(`[data-matrix-row="${member}"] [data-cell]`)
  }

  button(name: string): Locator {
    return this.main.getByRole('button', { name, exact: true })
  }
}
