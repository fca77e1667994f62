//===- Stage0.h - starting images from slots, and proving them -*- C++ -*-===//
#ifndef FLUX_RUNTIME_KERNEL_STAGE0_H
#define FLUX_RUNTIME_KERNEL_STAGE0_H

#include "runtime/boot/Slots.h"
#include "runtime/hal/Hal.h"

namespace flux::kernel {

/// If this kernel is a stage 0, starts the image of a slot instead of this
/// kernel, or ends the machine.
void startFromDisk();

/// If a stage 0 started this kernel, finds out whether the image has proved
/// itself already.
void openSlot();
/// The slots of the disk that this machine was started from, or null.
slots::Slots *getSlots();
/// When the image proves itself, or has failed to; never if it has nothing to
/// prove.
uint64_t getProofTime();
/// The time of the proof has come.
void onProofTime();
/// The first program ended with \p status.
void onFirstProgramEnd(int status);
/// Ends the machine with \p status; an image that has not proved itself starts
/// it anew instead, so that another try or slot follows.
[[noreturn]] void endMachine(int status);

} // namespace flux::kernel

#endif // FLUX_RUNTIME_KERNEL_STAGE0_H
