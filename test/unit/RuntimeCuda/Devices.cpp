// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the cuda driver says where a driver, a device, code, memory or a place is missing.
#include "TileLibrary.h"

#include <gtest/gtest.h>

#include <cstdlib>

using namespace attn::rt::cts;

namespace {

void expectNoContext(const char *driver, attn_status status, const std::string &message) {
  attn_context *context = nullptr;
  EXPECT_EQ(attn_context_create(driver, &context), status);
  EXPECT_EQ(std::string(attn_last_message(nullptr)).substr(0, message.size()), message);
  EXPECT_EQ(context, nullptr);
}

TEST(CudaDevices, NoDriverLibrary) {
  setenv("ATTN_CUDA_LIBRARY", "no-such-driver.so", 1);
  expectNoContext("cuda", ATTN_NO_DRIVER, "cannot open the driver library 'no-such-driver.so': ");
}

TEST(CudaDevices, LibraryThatIsNoDriver) {
  setenv("ATTN_CUDA_LIBRARY", ATTN_CTS_LIBRARY, 1);
  expectNoContext("cuda", ATTN_VERSION_MISMATCH,
                  "the driver library '" ATTN_CTS_LIBRARY "' is too old: it lacks cuInit");
}

TEST(CudaDevices, OldDriver) {
  resetFakeCuda(ATTN_FAKE_CUDA).version = 11080;
  expectNoContext("cuda", ATTN_VERSION_MISMATCH, "expects a driver of CUDA 12.0 or later, but it has 11.8");
}

TEST(CudaDevices, NoDevice) {
  FakeCuda &fake = resetFakeCuda(ATTN_FAKE_CUDA);
  fake.devices = 0;
  expectNoContext("cuda", ATTN_NO_DEVICE, "the driver finds no cuda device");
  fake.devices = 2;
  expectNoContext("cuda:2", ATTN_NO_DEVICE, "expects a cuda device from 0 to 1, but got 2");
  expectNoContext("cuda:-1", ATTN_INVALID_ARGUMENT,
                  "expects 'cuda' or 'cuda:N' with a device number, but got 'cuda:-1'");
  expectNoContext("cuda:", ATTN_INVALID_ARGUMENT, "expects driver 'cpu', 'cuda', 'cuda:N' or 'null', but got 'cuda:'");
  expectNoContext("cpu:0", ATTN_INVALID_ARGUMENT, "expects driver 'cpu', 'cuda', 'cuda:N' or 'null', but got 'cpu:0'");
  EXPECT_EQ(fake.contexts, 0);
}

TEST(CudaDevices, ContextKnowsItsDevice) {
  TileLibrary tiles;
  TileFixture fixture(tiles, "cuda:1");
  ASSERT_EQ(fixture.created, ATTN_OK);
  DLDevice device;
  const char *name = nullptr;
  EXPECT_EQ(attn_context_device(fixture.context, &device), ATTN_OK);
  EXPECT_EQ(device.device_type, kDLCUDA);
  EXPECT_EQ(device.device_id, 1);
  EXPECT_EQ(attn_context_device_name(fixture.context, &name), ATTN_OK);
  EXPECT_STREQ(name, "Fake");
  int64_t capability = 0;
  EXPECT_EQ(attn_context_capability(fixture.context, &capability), ATTN_OK);
  EXPECT_EQ(capability, 90);
}

TEST(CudaDevices, GivesEverythingBack) {
  TileLibrary tiles;
  FakeCuda *fake;
  {
    TileFixture fixture(tiles);
    fake = &fixture.fake;
    ASSERT_EQ(fixture.open(), ATTN_OK);
    ASSERT_EQ(fixture.run(), ATTN_OK) << fixture.message();
    ASSERT_EQ(attn_device_mark(fixture.context, 3, nullptr), ATTN_OK);
    EXPECT_EQ(fake->modules, 1);
    EXPECT_EQ(fake->current, 0);
  }
  EXPECT_EQ(fake->contexts, 0);
  EXPECT_EQ(fake->modules, 0);
  EXPECT_EQ(fake->events, 0);
  EXPECT_EQ(fake->poolCount, 0);
  EXPECT_TRUE(fake->allocations.empty());
}

TEST(CudaDevices, WrongChip) {
  TileLibrary tiles;
  TileFixture fixture(tiles);
  attn_context_destroy(fixture.context);
  fixture.fake.capability = 120;
  ASSERT_EQ(attn_context_create("cuda", &fixture.context), ATTN_OK);
  EXPECT_EQ(fixture.open(), ATTN_WRONG_CHIP);
  EXPECT_EQ(fixture.message(),
            "the library holds code for sm_90a, but cuda:0 (Fake) has compute capability 12.0");
}

TEST(CudaDevices, LibraryWithoutDeviceCode) {
  TileLibrary tiles;
  tiles.manifest.nimages = 0;
  tiles.kernel.ndevice_variants = 0;
  attn_kernel_variant host = {[](const void *, int64_t, int64_t, int64_t, void *) {}, ATTN_CPU_ANY, 0};
  tiles.kernel.variants = &host;
  tiles.kernel.nvariants = 1;
  TileFixture fixture(tiles);
  EXPECT_EQ(fixture.open(), ATTN_WRONG_CHIP);
  EXPECT_EQ(fixture.message(),
            "the library holds code for no cuda chip, but cuda:0 (Fake) has compute capability 9.0");
}

TEST(CudaDevices, DeviceCodeDoesNotRunOnTheCpu) {
  TileLibrary tiles;
  TileFixture fixture(tiles, "cpu");
  ASSERT_EQ(fixture.open(), ATTN_OK);
  fixture.in.device = fixture.out.device = {kDLCPU, 0};
  EXPECT_EQ(fixture.run(), ATTN_UNSUPPORTED);
  EXPECT_EQ(fixture.message(), "kernel 'scaled' has no code for the cpu");
}

/// The image that a device of this capability takes, or −1.
int64_t taken(int capability, bool binary) {
  TileLibrary tiles;
  attn_device_variant forms[] = {{0, "scaled", 64, 0, nullptr, 0, 0}, {1, "scaled", 64, 0, nullptr, 0, 0}};
  tiles.kernel.device_variants = forms;
  tiles.kernel.ndevice_variants = tiles.manifest.nimages = 2;
  TileFixture fixture(tiles);
  attn_context_destroy(fixture.context);
  fixture.fake.capability = capability;
  EXPECT_EQ(attn_context_create("cuda", &fixture.context), ATTN_OK);
  if (!binary)
    tiles.images[1].binary = nullptr, tiles.images[1].binary_bytes = 0;
  if (fixture.open())
    return -1;
  EXPECT_EQ(fixture.run(), ATTN_OK) << fixture.message();
  EXPECT_EQ(fixture.o[7], 14);
  return capability == 90 ? 0 : 1;
}

TEST(CudaDevices, TakesTheImageForTheChip) {
  EXPECT_EQ(taken(90, true), 0);   // exactly
  EXPECT_EQ(taken(80, true), 1);   // the same
  EXPECT_EQ(taken(86, true), 1);   // a higher minor number
  EXPECT_EQ(taken(120, true), 1);  // by its portable code
  EXPECT_EQ(taken(86, false), 1);  // by its portable code
  EXPECT_EQ(taken(75, true), -1);  // an older device
}

TEST(CudaDevices, PortableCodeThatDoesNotCompile) {
  TileLibrary tiles;
  tiles.images[0] = {"cuda", "sm_90a", 90, ATTN_IMAGE_EXACT, nullptr, 0, "nonsense", 9};
  TileFixture fixture(tiles);
  EXPECT_EQ(fixture.open(), ATTN_DEVICE_ERROR);
  EXPECT_EQ(fixture.message(), "cannot load the code for sm_90a: line 1: what is this: CUDA_ERROR_218 (as the test "
                               "wants)");
}

TEST(CudaDevices, TooMuchSharedMemoryOrTooManyThreads) {
  TileLibrary tiles;
  TileFixture fixture(tiles);
  tiles.variants[0].shared_bytes = 300000;
  EXPECT_EQ(fixture.open(), ATTN_WRONG_CHIP);
  EXPECT_EQ(fixture.message(), "kernel 'scaled' needs 300000 bytes of shared memory, but cuda:0 has 232448");
  tiles.variants[0].shared_bytes = 0;
  fixture.fake.maxThreads = 96;
  EXPECT_EQ(fixture.open(), ATTN_WRONG_CHIP);
  EXPECT_EQ(fixture.message(), "kernel 'scaled' needs 128 threads, but its function runs on cuda:0 with 96 at most");
  EXPECT_EQ(fixture.fake.modules, 0);
}

TEST(CudaDevices, MissingFunction) {
  TileLibrary tiles;
  TileFixture fixture(tiles);
  tiles.variants[0].function = "other";
  EXPECT_EQ(fixture.open(), ATTN_DEVICE_ERROR);
  EXPECT_EQ(fixture.message(), "kernel 'scaled': cannot find its function 'other': CUDA_ERROR_500 (as the test wants)");
}

TEST(CudaDevices, OutOfMemory) {
  TileLibrary tiles;
  TileFixture fixture(tiles);
  ASSERT_EQ(fixture.open(), ATTN_OK);
  fixture.fake.memory = 100;
  EXPECT_EQ(fixture.run(), ATTN_OUT_OF_MEMORY);
  EXPECT_EQ(fixture.message(), "cuda:0 has no memory for 4096 bytes of workspace");
  void *data = nullptr;
  EXPECT_EQ(attn_device_alloc(fixture.context, 101, &data), ATTN_OUT_OF_MEMORY);
  EXPECT_EQ(fixture.message(), "cuda:0 has no memory for 101 bytes");
  EXPECT_EQ(data, nullptr);
  EXPECT_EQ(fixture.o[0], 0xFFFF);
}

TEST(CudaDevices, WrongPlaces) {
  TileLibrary tiles;
  TileFixture fixture(tiles);
  ASSERT_EQ(fixture.open(), ATTN_OK);
  auto expect = [&](const char *message) {
    EXPECT_EQ(fixture.run(), ATTN_WRONG_DEVICE);
    EXPECT_EQ(fixture.message(), std::string("entry 'scaled' at tiles.mlir:1:1: ") + message);
  };
  fixture.in.device = {kDLCPU, 0};
  expect("argument 'x' expects memory of cuda:0, but got cpu");
  fixture.in.device = {kDLCUDA, 1};
  expect("argument 'x' expects memory of cuda:0, but got cuda:1");
  fixture.in.device = {kDLCUDA, 0};
  fixture.fake.places = {{uintptr_t(fixture.o), -1}, {uintptr_t(fixture.o) + sizeof fixture.o, 0}};
  expect("result 'o' expects memory of cuda:0, but got a tensor of cuda whose data lies on the host");
  fixture.fake.places[uintptr_t(fixture.o)] = 1;
  expect("result 'o' expects memory of cuda:0, but got one whose data lies on cuda:1");
  for (DLDeviceType type : {kDLCUDAManaged, kDLCUDAHost}) {
    fixture.out.device = {type, 0};
    EXPECT_EQ(fixture.run(), ATTN_OK) << fixture.message();
  }
}

TEST(CudaDevices, MemoryIsTheHostsElsewhere) {
  TileLibrary tiles;
  TileFixture fixture(tiles, "cpu");
  void *data = nullptr;
  double seconds;
  EXPECT_EQ(attn_device_alloc(fixture.context, 1, &data), ATTN_UNSUPPORTED);
  EXPECT_EQ(fixture.message(), "this driver's memory is the host's: allocate it there");
  EXPECT_EQ(attn_device_copy_in(fixture.context, fixture.o, fixture.x, 1, nullptr), ATTN_UNSUPPORTED);
  EXPECT_EQ(attn_device_copy_out(fixture.context, fixture.o, fixture.x, 1, nullptr), ATTN_UNSUPPORTED);
  EXPECT_EQ(attn_device_free(fixture.context, fixture.x), ATTN_UNSUPPORTED);
  EXPECT_EQ(attn_device_mark(fixture.context, 0, nullptr), ATTN_UNSUPPORTED);
  EXPECT_EQ(attn_device_elapsed(fixture.context, 0, 0, &seconds), ATTN_UNSUPPORTED);
  EXPECT_EQ(attn_device_synchronize(fixture.context, nullptr), ATTN_OK);
}

TEST(CudaDevices, CopiesAndMarks) {
  TileLibrary tiles;
  TileFixture fixture(tiles);
  void *data = nullptr;
  int back = 0, value = 42;
  double seconds = 0;
  ASSERT_EQ(attn_device_alloc(fixture.context, sizeof value, &data), ATTN_OK);
  EXPECT_EQ(attn_device_mark(fixture.context, 0, nullptr), ATTN_OK);
  EXPECT_EQ(attn_device_copy_in(fixture.context, data, &value, sizeof value, nullptr), ATTN_OK);
  EXPECT_EQ(attn_device_mark(fixture.context, 1, nullptr), ATTN_OK);
  EXPECT_EQ(attn_device_copy_out(fixture.context, &back, data, sizeof back, nullptr), ATTN_OK);
  EXPECT_EQ(back, 42);
  EXPECT_EQ(attn_device_elapsed(fixture.context, 0, 1, &seconds), ATTN_OK);
  EXPECT_DOUBLE_EQ(seconds, 0.0025);
  EXPECT_EQ(attn_device_elapsed(fixture.context, 0, 2, &seconds), ATTN_INVALID_ARGUMENT);
  EXPECT_EQ(attn_device_mark(fixture.context, 65536, nullptr), ATTN_INVALID_ARGUMENT);
  EXPECT_EQ(attn_device_free(fixture.context, data), ATTN_OK);
  EXPECT_EQ(attn_device_alloc(nullptr, 1, &data), ATTN_INVALID_ARGUMENT);
}

} // namespace
