// OS threads that run blocks; never the caller's, whose stack belongs to a virtual machine.
#pragma once
#include <signal.h>

#include <condition_variable>
#include <cstdlib>
#include <functional>
#include <mutex>
#include <thread>

namespace standin {

class Team {
 public:
  /** Calls `work` on `count` threads at once and waits for all. One caller at a time. */
  void run(unsigned count, const std::function<void()>& work) {
    std::unique_lock lock(mutex_);
    for (; threads_ < count; threads_++) std::thread([this] { loop(); }).detach();
    work_ = &work;
    wanted_ = running_ = count;
    changed_.notify_all();
    changed_.wait(lock, [this] { return running_ == 0; });
  }

 private:
  void loop() {
    stack_t alternate = {};
    alternate.ss_size = 64 << 10;
    alternate.ss_sp = malloc(alternate.ss_size);
    sigaltstack(&alternate, nullptr);  // a kernel that overflows its stack is reported, too
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [this] { return wanted_ > 0; });
      wanted_--;
      const auto& work = *work_;
      lock.unlock();
      work();
      lock.lock();
      running_--;
      changed_.notify_all();
    }
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  const std::function<void()>* work_ = nullptr;
  unsigned threads_ = 0, wanted_ = 0, running_ = 0;
};

inline Team& team() {
  static Team* const team = new Team;  // outlives the process's exit handlers
  return *team;
}

}  // namespace standin
