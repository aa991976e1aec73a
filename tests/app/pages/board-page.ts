import type { Locator, Page } from '@playwright/test'

/** The cluster board: brokers across, partitions down. */
export class BoardPage {
  readonly page: Page
  readonly grid: Locator

  constructor(page: Page) {
    this.page = page
    this.grid = page.getByRole('main').getByRole('grid')
  }

  async open(): Promise<void> {
    await this.page
      .getByRole('complementary')
      .getByRole('button', { name: /^(Cluster board|클러스터 보드)$/u })
      .click()
    await this.grid.waitFor()
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('main').getByRole('button', { name, exact: true })
  }

  head(broker: number): Locator {
    return this.grid.locator(`[data-broker-head="${broker}"]`)
  }

  badge(broker: number, badge: 'controller' | 'coordinator' | 'absent'): Locator {
    return this.head(broker).locator(`[data-badge=${badge}]`)
  }

  row(topic: string, partition: number): Locator {
    return this.grid.locator(`[data-row-key="${topic}/${partition}"]`)
  }

  cell(topic: string, partition: number, broker: number): Locator {
    return this.row(topic, partition).locator(`[data-broker="${broker}"]`)
  }

  /** Of all partitions in sight. */
  signs(sign: string): Locator {
    return this.grid.locator(`[data-sign="${sign}"]`)
  }

  async leaderOf(topic: string, partition: number): Promise<number> {
    const leader = this.row(topic, partition).locator('[data-sign=leader]')
    return Number(await leader.getAttribute('data-broker'))
  }

  async act(broker: number, action: string | RegExp): Promise<void> {
    await this.head(broker)
      .getByRole('button', { name: `Actions for broker ${broker}` })
      .click()
    await this.page.getByRole('menuitem', { name: action, exact: true }).click()
  }

  /** From the menu of one broker, what is behind its link with another, or with clients. */
  async actOnLink(broker: number, other: string, action: string): Promise<void> {
    await this.act(broker, `Link with ${other}`)
    await this.page.getByRole('menuitem', { name: action, exact: true }).click()
  }

  async carry(topic: string, partition: number, from: number, to: number): Promise<void> {
    await this.cell(topic, partition, from).hover()
    await this.page.mouse.down()
    await this.cell(topic, partition, to).hover()
    await this.page.mouse.up()
  }
}
