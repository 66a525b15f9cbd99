import { register as registerOnThread, type RegisterOptions } from 'node:module';
import { receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import { createAddHookMessageChannel } from 'import-in-the-middle';
import { register, supportsSyncHooks } from 'import-in-the-middle/register-hooks.mjs';

/** What the package gives; it declares its port as that of browsers. */
interface HookChannel {
  readonly registerOptions: RegisterOptions<unknown>;
  readonly addHookMessagePort: MessagePort;
  readonly waitForAllMessagesAcknowledged: () => Promise<void>;
}

/**
 * Lets instrumentations see the modules that they ask for when these are imported from now on, and no others: a module
 * that is looked into hands out all its exports through accessors, which costs every call between modules and doubles the
 * price of a request when it is done to all of them.
 * @param registerInstrumentations - creates the instrumentations, which say what they want to see
 */
export async function hookInstrumentedModules(registerInstrumentations: () => void): Promise<void> {
  const { registerOptions, addHookMessagePort, waitForAllMessagesAcknowledged } =
    createAddHookMessageChannel() as unknown as HookChannel;
  if (!supportsSyncHooks()) {
    registerOnThread('import-in-the-middle/hook.mjs', import.meta.url, registerOptions);
    registerInstrumentations();
    await waitForAllMessagesAcknowledged();
    return;
  }
  registerInstrumentations();
  const include: string[] = [];
  for (let asked = receiveMessageOnPort(addHookMessagePort); asked; asked = receiveMessageOnPort(addHookMessagePort)) {
    include.push(...(asked.message as string[]));
  }
  addHookMessagePort.close();
  // On this thread: a thread for the hooks would take 60 MiB for as long as the process runs.
  register({ include });
}
