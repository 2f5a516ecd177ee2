package dev.guildhall.engine.runtime;

import dev.guildhall.engine.backend.Backend;
import java.util.concurrent.locks.Lock;
import java.util.function.IntSupplier;

/**
 * The pages of a cache for threads beside the runtime's own: who holds them changes under its lock,
 * what is in them is read and written without.
 */
record LockedPages(Lock lock, PagePool pool, Backend backend) {

  /** Tokens of a page. */
  int tokens() {
    return backend.cache().pageTokens();
  }

  /** {@link PagePool#share}. */
  int share(PageKey key) {
    return locked(() -> pool.share(key));
  }

  /** {@link PagePool#acquire}. */
  int acquire() {
    return locked(pool::acquire);
  }

  /** {@link PagePool#publish}. */
  void publish(int page, PageKey key) {
    lock.lock();
    try {
      pool.publish(page, key);
    } finally {
      lock.unlock();
    }
  }

  /** {@link PagePool#release}. */
  void release(int page) {
    lock.lock();
    try {
      pool.release(page);
    } finally {
      lock.unlock();
    }
  }

  /** {@link Backend#readPage}. */
  byte[] read(int page) {
    return backend.readPage(page);
  }

  /** {@link Backend#writePage}. */
  void write(int page, byte[] content) {
    backend.writePage(page, content);
  }

  private int locked(IntSupplier change) {
    lock.lock();
    try {
      return change.getAsInt();
    } finally {
      lock.unlock();
    }
  }
}
