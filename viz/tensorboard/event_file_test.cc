#include "viz/tensorboard/event_file.h"

#include <errno.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/files/fake_file_calls.h"
#include "base/rng.h"
#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"
#include "viz/tensorboard/read_events.h"

namespace mica {
namespace {

using tensorboard::Event;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr double kStart = 1600000000.25;
constexpr double kNow = 1600000060.5;

EventFileStart Start(double wall_time = kStart) {
  EventFileStart start;
  start.wall_time = wall_time;
  start.host = "box";
  start.pid = 7;
  return start;
}

std::unique_ptr<EventFile> MakeFile(const std::string& folder, double wall_time = kStart) {
  absl::StatusOr<std::unique_ptr<EventFile>> file = EventFile::Create(folder, Start(wall_time));
  EXPECT_THAT(file, IsOk());
  return *std::move(file);
}

// The events behind the two with which a new file begins.
template <typename Add>
std::vector<Event> EventsOf(Add add) {
  const std::unique_ptr<EventFile> file = MakeFile(MakeTestFolder("events"));
  add(file.get());
  EXPECT_THAT(file->Flush(), IsOk());
  std::vector<Event> events = ReadEventFile(file->path());
  events.erase(events.begin(), events.begin() + 2);
  return events;
}

TEST(EventFileTest, IsCalledAsTensorBoardExpects) {
  const std::string folder = MakeTestFolder("name");
  EXPECT_EQ(MakeFile(folder)->path(), folder + "/events.out.tfevents.1600000000.box.7.0");
  EXPECT_THAT(MakeFile(MakeTestFolder("early"), /*wall_time=*/12)->path(), EndsWith("/events.out.tfevents.0000000012.box.7.0"));
}

TEST(EventFileTest, AHostIsAPlainPartOfAName) {
  EventFileStart start = Start();
  start.host = "../a b\n\xe9." + std::string(100, 'x');
  const std::string folder = MakeTestFolder("host");
  EXPECT_EQ((*EventFile::Create(folder, start))->path(),
            folder + "/events.out.tfevents.1600000000...-a-b--." + std::string(55, 'x') + ".7.0");
  start.host = "";
  EXPECT_THAT((*EventFile::Create(folder, start))->path(), EndsWith(".localhost.7.0"));
}

TEST(EventFileTest, ALaterFileComesBehindTheOthersWhateverTheClockSays) {
  const std::string folder = MakeTestFolder("order");
  WriteTestFile(folder + "/events.out.tfevents.99999x", "");
  WriteTestFile(folder + "/zevents.out.tfevents.1999999999.a", "");
  std::string last;
  for (const double wall_time : {kStart, kStart, kStart - 3600, kStart + 0.5, kStart + 3600}) {
    const std::string path = MakeFile(folder, wall_time)->path();
    EXPECT_GT(path, last);
    last = path;
  }
  EXPECT_THAT(last, EndsWith(".1600003600.box.7.0"));
  EXPECT_EQ(ReadEventFile(last)[0].wall_time(), kStart + 3600);
}

TEST(EventFileTest, BeginsWithItsVersionAndASession) {
  EventFileStart start = Start();
  for (const int64_t first_step : {0, 12}) {
    start.first_step = first_step;
    const std::vector<Event> events = ReadEventFile((*EventFile::Create(MakeTestFolder("session"), start))->path());
    ASSERT_THAT(events, SizeIs(2));
    EXPECT_EQ(events[0].file_version(), "brain.Event:2");
    EXPECT_EQ(events[1].session_log().status(), tensorboard::SessionLog::START);
    EXPECT_EQ(events[1].step(), first_step);
    EXPECT_EQ(events[1].wall_time(), kStart);
  }
}

TEST(EventFileTest, NothingIsWrittenBeforeFlushAndThenAtOnce) {
  FakeFileCalls calls;
  const std::string folder = MakeTestFolder("flush");
  const std::unique_ptr<EventFile> file = *EventFile::Create(folder, Start(), calls);
  EXPECT_THAT(ReadEventFile(file->path()), SizeIs(2));
  EXPECT_EQ(calls.count(FileCall::kWrite), 1);
  for (int i = 0; i < 50; ++i) file->AddScalar(absl::StrCat("Metrics/", i), {1, kNow}, i);
  EXPECT_EQ(calls.count(FileCall::kWrite), 1);
  ASSERT_THAT(file->Flush(), IsOk());
  ASSERT_THAT(file->Flush(), IsOk());
  EXPECT_EQ(calls.count(FileCall::kWrite), 2);
  EXPECT_EQ(calls.count(FileCall::kFsync), 0);
  EXPECT_THAT(ReadEventFile(file->path()), SizeIs(52));
}

TEST(EventFileTest, RandomEventsReadBack) {
  Rng rng(/*seed=*/4, RngStream::kShuffle, /*epoch=*/1, /*sample=*/0);
  std::vector<Event> expected;
  const std::vector<Event> events = EventsOf([&](EventFile* file) {
    for (int i = 0; i < 500; ++i) {
      Event& event = expected.emplace_back();
      event.set_step(static_cast<int64_t>(rng.NextU64() >> (1 + rng.UniformBelow(63))));
      event.set_wall_time(1e9 * rng.Uniform());
      tensorboard::Summary::Value* const value = event.mutable_summary()->add_value();
      value->set_tag(absl::StrCat("tag/", rng.UniformBelow(20)));
      value->set_simple_value(static_cast<float>(std::ldexp(rng.Uniform() - 0.5, static_cast<int>(rng.UniformBelow(200)) - 100)));
      file->AddScalar(value->tag(), {event.step(), event.wall_time()}, double{value->simple_value()});
      if (rng.UniformBelow(10) == 0) {
        ASSERT_THAT(file->Flush(), IsOk());
      }
    }
  });
  ASSERT_EQ(events.size(), expected.size());
  for (size_t i = 0; i < events.size(); ++i) EXPECT_EQ(events[i].SerializeAsString(), expected[i].SerializeAsString()) << i;
}

TEST(EventFileTest, NumbersThatAreNoneStayThat) {
  const std::vector<Event> events = EventsOf([](EventFile* file) {
    for (const double value : {double{NAN}, 1e300, -1e300, 1e-300}) file->AddScalar("Loss/train", {1, kNow}, value);
  });
  const float infinity = std::numeric_limits<float>::infinity();
  EXPECT_TRUE(std::isnan(events[0].summary().value(0).simple_value()));
  EXPECT_EQ(events[1].summary().value(0).simple_value(), infinity);
  EXPECT_EQ(events[2].summary().value(0).simple_value(), -infinity);
  EXPECT_EQ(events[3].summary().value(0).simple_value(), 0);
}

TEST(EventFileTest, BytesThatAreNotUtf8DoNotSpoilTheFile) {
  const std::vector<Event> events = EventsOf([](EventFile* file) {
    file->AddScalar("Class/\xe9", {1, kNow}, 1);
    file->AddText("Notes", {1, kNow}, "\xff\n");
  });
  EXPECT_EQ(events[0].summary().value(0).tag(), "Class/\xef\xbf\xbd");
  EXPECT_THAT(events[1].summary().value(0).tensor().string_val(), ElementsAre("\xef\xbf\xbd\n"));
}

// A run that was resumed is a new process: its file stands for itself.
TEST(EventFileTest, EachFileHasTheMetadataOfItsTags) {
  const auto add = [](EventFile* file) {
    file->AddText("Notes", {1, kNow}, "a");
    file->AddText("Notes", {2, kNow}, "b");
    file->AddText("Others", {2, kNow}, "c");
  };
  for (int run = 0; run < 2; ++run) {
    std::vector<bool> with_metadata;
    for (const Event& event : EventsOf(add)) with_metadata.push_back(event.summary().value(0).has_metadata());
    EXPECT_THAT(with_metadata, ElementsAre(true, false, true));
  }
}

TEST(EventFileDeathTest, ATagKeepsItsKind) {
  const std::unique_ptr<EventFile> file = MakeFile(MakeTestFolder("kinds"));
  file->AddScalar("Loss", {1, kNow}, 1);
  EXPECT_DEATH(file->AddText("Loss", {1, kNow}, "low"), "two kinds");
}

TEST(EventFileTest, AFolderThatIsNotThereIsAnOutputError) {
  EXPECT_THAT(EventFile::Create("/nowhere", Start()),
              Fails(ExitCode::kOutput, HasSubstr("/nowhere/events.out.tfevents.1600000000.box.7.0")));
}

TEST(EventFileTest, AFileWhoseFirstRecordFailsIsRemoved) {
  FakeFileCalls calls;
  calls.FailWritesAfter(10, ENOSPC);
  const std::string folder = MakeTestFolder("first");
  EXPECT_THAT(EventFile::Create(folder, Start(), calls), Fails(ExitCode::kOutput, HasSubstr("No space left")));
  std::vector<std::string> names;
  ASSERT_EQ(calls.List(folder.c_str(), &names), 0);
  EXPECT_THAT(names, IsEmpty());
  EXPECT_EQ(calls.open_files(), 0);
}

// The record that was cut off would hide everything behind it.
TEST(EventFileTest, AfterAFailedWriteNothingIsAppended) {
  FakeFileCalls calls;
  const std::unique_ptr<EventFile> file = *EventFile::Create(MakeTestFolder("full"), Start(), calls);
  file->AddScalar("a", {1, kNow}, 1);
  ASSERT_THAT(file->Flush(), IsOk());
  const std::string whole = *ReadFile(file->path());
  calls.FailWritesAfter(5, ENOSPC);
  file->AddScalar("a", {2, kNow}, 2);
  EXPECT_THAT(file->Flush(), Fails(ExitCode::kOutput, HasSubstr("No space left")));
  calls.FailWritesAfter(1'000'000, ENOSPC);  // space is freed
  file->AddScalar("a", {3, kNow}, 3);
  EXPECT_THAT(file->Flush(), Fails(ExitCode::kOutput, HasSubstr("No space left")));
  const std::string bytes = *ReadFile(file->path());
  EXPECT_EQ(bytes.size(), whole.size() + 5);
  EXPECT_THAT(ReadEventRecords(bytes).records, SizeIs(3));
}

}  // namespace
}  // namespace mica
