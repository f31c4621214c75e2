"""Writes events.golden, the file of event_file_test, with TensorBoard's own messages and checksums.

  python make_events.py

Needs tensorboard; made with 2.21. No test calls it.
"""

import pathlib
import struct

import numpy as np
from tensorboard.compat.proto import event_pb2, graph_pb2, summary_pb2, tensor_pb2, tensor_shape_pb2, types_pb2
from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import masked_crc32c
from tensorboard.plugins.hparams import api_pb2, metadata as hparams, plugin_data_pb2 as hparams_data
from tensorboard.plugins.pr_curve import metadata as pr_curve

START = 1600000000.25
NOW = 1600000060.5
FLOAT_MAX = np.finfo(np.float64).max


def record(data):
    length = struct.pack("<Q", len(data))
    return length + struct.pack("<I", masked_crc32c(length)) + data + struct.pack("<I", masked_crc32c(data))


def value_event(tag, step=3, wall_time=NOW, **value):
    summary = summary_pb2.Summary(value=[summary_pb2.Summary.Value(tag=tag, **value)])
    return event_pb2.Event(wall_time=wall_time, step=step, summary=summary)


def shape(*sizes):
    return tensor_shape_pb2.TensorShapeProto(dim=[tensor_shape_pb2.TensorShapeProto.Dim(size=size) for size in sizes])


def plugin(name, content=b""):
    data = summary_pb2.SummaryMetadata.PluginData(plugin_name=name, content=content)
    return summary_pb2.SummaryMetadata(plugin_data=data, data_class=summary_pb2.DATA_CLASS_TENSOR)


def histogram(values):
    """As TensorFlow makes it."""
    positive, limit = [], 1e-12
    while limit < 1e20:
        positive.append(limit)
        limit *= 1.1
    positive.append(FLOAT_MAX)
    limits = [-x for x in reversed(positive)] + [0.0] + positive
    counts = np.bincount(np.searchsorted(limits, values, side="right"), minlength=len(limits))
    result = summary_pb2.HistogramProto(min=min(values), max=max(values), num=len(values), sum=sum(values),
                                        sum_squares=sum(x * x for x in values))
    i = 0
    while i < len(limits):
        end, count = limits[i], counts[i]
        i += 1
        if count == 0:
            while i < len(limits) and counts[i] == 0:
                end = limits[i]
                i += 1
        result.bucket_limit.append(end)
        result.bucket.append(count)
    return result


def text(tag, words, metadata=None):
    tensor = tensor_pb2.TensorProto(dtype=types_pb2.DT_STRING, tensor_shape=shape(1), string_val=[words.encode()])
    return value_event(tag, tensor=tensor, metadata=metadata)


def curve(tag):
    # Probabilities 0.1, 0.25, 0.6, 0.6, 1, 0.74 of samples that are 0, 1, 1, 0, 1, 0.
    tp, fp = np.array([3, 3, 2, 1, 1]), np.array([3, 2, 2, 0, 0])
    rows = np.float32([tp, fp, 3 - fp, 3 - tp, tp / (tp + fp), tp / 3])
    tensor = tensor_pb2.TensorProto(dtype=types_pb2.DT_FLOAT, tensor_shape=shape(6, 5), float_val=rows.reshape(-1))
    content = pr_curve.create_summary_metadata("", "", 5).plugin_data.content
    return value_event(tag, tensor=tensor, metadata=plugin("pr_curves", content))


def graph():
    definition = graph_pb2.GraphDef()
    definition.node.add(name="image", op="Input").attr["_output_shapes"].list.shape.append(shape(-1, 3, 8, 8))
    conv = definition.node.add(name="stem/conv1", op="Conv2d", input=["image"])
    conv.attr["kernel"].s = b"3x3"
    conv.attr["_output_shapes"].list.shape.append(shape(-1, 16, 8, 8))
    definition.node.add(name="loss", op="CrossEntropy", input=["stem/conv1"])
    # A map has no order; mica writes attributes in that in which Python sorts these.
    return event_pb2.Event(wall_time=NOW, graph_def=definition.SerializeToString(deterministic=True))


def hparams_value(tag, time, **data):
    content = hparams_data.HParamsPluginData(version=hparams.PLUGIN_DATA_VERSION, **data).SerializeToString(deterministic=True)
    return value_event(tag, step=0, wall_time=time, metadata=plugin(hparams.PLUGIN_NAME, content), tensor=hparams.NULL_TENSOR)


def hparams_values():
    infos = [api_pb2.HParamInfo(name="learning_rate", type=api_pb2.DATA_TYPE_FLOAT64),
             api_pb2.HParamInfo(name="nesterov", type=api_pb2.DATA_TYPE_BOOL),
             api_pb2.HParamInfo(name="optimizer", type=api_pb2.DATA_TYPE_STRING)]
    metrics = [api_pb2.MetricInfo(name=api_pb2.MetricName(tag="Accuracy/valid"))]
    yield hparams_value(hparams.EXPERIMENT_TAG, START, experiment=api_pb2.Experiment(hparam_infos=infos, metric_infos=metrics))
    start = hparams_data.SessionStartInfo(start_time_secs=START)
    start.hparams["learning_rate"].number_value = 0.1
    start.hparams["nesterov"].bool_value = False
    start.hparams["optimizer"].string_value = "sgd"
    yield hparams_value(hparams.SESSION_START_INFO_TAG, START, session_start_info=start)
    end = hparams_data.SessionEndInfo(status=api_pb2.STATUS_SUCCESS, end_time_secs=NOW)
    yield hparams_value(hparams.SESSION_END_INFO_TAG, NOW, session_end_info=end)


def events():
    yield event_pb2.Event(wall_time=START, file_version="brain.Event:2")
    yield event_pb2.Event(wall_time=START, step=3, session_log=event_pb2.SessionLog(status=event_pb2.SessionLog.START))
    yield graph()
    yield from hparams_values()
    yield value_event("Loss/train", simple_value=0.412)
    yield value_event("Loss/valid", simple_value=float("inf"))
    yield value_event("Zero", simple_value=0)
    yield value_event("Samples", image=summary_pb2.Summary.Image(height=3, width=4, colorspace=1, encoded_image_string=b"\x89PNG"))
    yield value_event("Weights/conv1.weight", histo=histogram([-1.0, 0.0, 0.0, 2.0]))
    yield text("Notes", "# größe\n\n| a |", plugin("text"))
    yield text("Notes", "again")
    yield curve("PR/valid/cat")


if __name__ == "__main__":
    pathlib.Path(__file__).with_name("events.golden").write_bytes(b"".join(record(event.SerializeToString()) for event in events()))
