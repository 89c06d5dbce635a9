using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using HostApp.Commands;
using Sparkplug.Host;
using Sparkplug.Metrics;

namespace HostApp.Api;

/// <summary>The JSON of the API; generated at build.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web,
    MaxDepth = 256,
    NumberHandling = JsonNumberHandling.Strict,
    Converters = [
        typeof(MetricValueConverter), typeof(PropertySetConverter), typeof(TimestampConverter),
        typeof(JsonStringEnumConverter<DataType>), typeof(JsonStringEnumConverter<Quality>), typeof(JsonStringEnumConverter<OfflineReason>),
        typeof(JsonStringEnumConverter<HostPhase>), typeof(JsonStringEnumConverter<RebirthReason>), typeof(JsonStringEnumConverter<NodeFault>),
        typeof(JsonStringEnumConverter<CommandState>), typeof(JsonStringEnumConverter<CommandProof>),
    ])]
[JsonSerializable(typeof(IReadOnlyList<NodeModel>))]
[JsonSerializable(typeof(NodeModel))]
[JsonSerializable(typeof(DeviceModel))]
[JsonSerializable(typeof(MetricEvent))]
[JsonSerializable(typeof(CommandRequest))]
[JsonSerializable(typeof(CommandModel))]
[JsonSerializable(typeof(ServerModel))]
[JsonSerializable(typeof(SnapshotModel))]
[JsonSerializable(typeof(ReadyModel))]
[JsonSerializable(typeof(HealthModel))]
[JsonSerializable(typeof(RebirthModel))]
internal sealed partial class ApiJson : JsonSerializerContext
{
    /// <summary>Units such as °C stay readable. The answers are never part of a page, which is what the stricter encoder is for.</summary>
    public static JavaScriptEncoder Encoder => JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    /// <summary>Makes other options write as these do: a context's converters do not come along with it.</summary>
    public static void Apply(JsonSerializerOptions options)
    {
        options.MaxDepth = Default.Options.MaxDepth;
        options.NumberHandling = Default.Options.NumberHandling;
        options.Encoder = Encoder;
        foreach (var converter in Default.Options.Converters) options.Converters.Add(converter);
        options.TypeInfoResolverChain.Insert(0, Default);
    }
}
