#include "models/layers/random_layer_lists.h"

#include <gtest/gtest.h>

#include <vector>

#include "absl/strings/str_cat.h"

namespace mica {

BlockConfig RandomLayerLists::Next() {
  names_ = 0;
  BlockConfig config;
  AddLayers(&config, config.GetDescriptor()->FindFieldByName("layer"), 1 + Below(6), /*depth=*/0);
  for (const char* end : {"flatten", "linear"}) {
    LayerConfig* layer = config.add_layer();
    layer->set_name(end);
    layer->GetReflection()->MutableMessage(layer, LayerConfig::descriptor()->FindFieldByName(end));
  }
  return config;
}

void RandomLayerLists::AddLayers(Message* holder, const FieldDescriptor* field, int count, int depth) {
  for (int i = 0; i < count; ++i) FillLayer(static_cast<LayerConfig*>(holder->GetReflection()->AddMessage(holder, field)), depth);
}

void RandomLayerLists::FillLayer(LayerConfig* layer, int depth) {
  const auto* kinds = LayerConfig::descriptor()->FindOneofByName("kind");
  const FieldDescriptor* kind = kinds->field(Below(kinds->field_count()));
  layer->set_name(Below(8) == 0 ? "" : absl::StrCat("n", names_++));
  Fill(layer->GetReflection()->MutableMessage(layer, kind), depth);
}

void RandomLayerLists::Fill(Message* message, int depth) {
  for (int i = 0; i < message->GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = message->GetDescriptor()->field(i);
    if (field->message_type() == LayerConfig::descriptor()) {
      AddLayers(message, field, depth > 2 ? 0 : Below(4), depth + 1);
    } else if (field->is_repeated()) {  // branches
      for (int n = Below(4); n > 0; --n) Fill(message->GetReflection()->AddMessage(message, field), depth);
    } else if (!field->has_default_value() || Below(3) == 0) {
      SetNumber(message, field);
    }
  }
}

void RandomLayerLists::SetNumber(Message* message, const FieldDescriptor* field) {
  static const std::vector<int> kNumbers = {1, 1, 2, 2, 3, 4, 6, 8, 12, 0, 65536};
  const google::protobuf::Reflection* reflection = message->GetReflection();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return reflection->SetInt32(message, field, kNumbers[Below(static_cast<int>(kNumbers.size()))]);
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return reflection->SetDouble(message, field, 0.5);
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection->SetBool(message, field, Below(2) == 0);
    case FieldDescriptor::CPPTYPE_ENUM:
      return reflection->SetEnumValue(message, field, field->enum_type()->value(Below(field->enum_type()->value_count()))->number());
    default:
      FAIL() << field->full_name() << " is of a type that this test does not know";
  }
}

}  // namespace mica
