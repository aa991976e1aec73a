import type { Locator, Page } from '@playwright/test'

export class DemoPage {
  readonly page: Page
  readonly main: Locator
  readonly lanes: Locator
  readonly events: Locator

  constructor(page: Page) {
    this.page = page
    this.main = page.getByRole('main')
    this.lanes = this.main.locator('[data-lane]')
    this.events = this.main.locator('[data-event]')
  }

  async open(): Promise<void> {
    await this.page
      .getByRole('complementary')
      .getByRole('button', { name: /^(Demo|데모)$/u })
      .click()
  }

  button(name: string): Locator {
    return this.main.getByRole('button', { name, exact: true })
  }

  lane(name: string): Locator {
    return this.main.locator(`[data-lane="${name}"]`)
  }

  /** Chips of the partitions a member has. */
  partitionsOf(name: string): Locator {
    return this.lane(name).locator('[data-partition]')
  }

  figure(name: 'produced' | 'consumed' | 'lag' | 'state' | 'members' | 'partitions'): Locator {
    return this.main.locator(`[data-figure=${name}]`)
  }

  /** The partitions of all members together, in order. */
  async owned(): Promise<number[]> {
    const chips = await this.lanes.locator('[data-partition]').all()
    const partitions = await Promise.all(chips.map((chip) => chip.getAttribute('data-partition')))
    return partitions.map(Number).sort((one, other) => one - other)
  }
}
