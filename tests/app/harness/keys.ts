import type { Locator, Page } from '@playwright/test'
import { expect } from '@playwright/test'

/** Goes on with Tab until the keyboard is there, as someone without a mouse does. */
export async function tabTo(page: Page, place: Locator): Promise<void> {
  await expect(async () => {
    await page.keyboard.press('Tab')
    await expect(place).toBeFocused({ timeout: 100 })
  }).toPass({ intervals: [0] })
}

/** Finds something by typing into the dialog that `keys` open, and takes the first that is found. */
export async function pick(page: Page, keys: string, typed: string): Promise<void> {
  await page.keyboard.press(keys)
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByRole('combobox')).toBeFocused()
  await page.keyboard.type(typed)
  await expect(dialog.getByRole('option').first()).toContainText(typed)
  await page.keyboard.press('Enter')
  await expect(dialog.getByRole('combobox')).toBeHidden()
}
