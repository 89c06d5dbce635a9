using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sparkplug.Broker.Administration;

/// <summary>The JSON of the administration; generated at build.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(SessionPage))]
[JsonSerializable(typeof(SessionDetail))]
[JsonSerializable(typeof(RetainedList))]
[JsonSerializable(typeof(CertificateList))]
[JsonSerializable(typeof(Removed))]
[JsonSerializable(typeof(AccessAnswer))]
[JsonSerializable(typeof(BrokerStatus))]
[JsonSerializable(typeof(BackupMade))]
[JsonSerializable(typeof(Health))]
internal sealed partial class AdminJson : JsonSerializerContext
{
    /// <summary>Makes other options write as these do.</summary>
    public static void Apply(JsonSerializerOptions options)
    {
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping; // the answers are never part of a page
        options.TypeInfoResolverChain.Insert(0, Default);
    }

    /// <summary>A time in milliseconds since 1970 UTC as ISO 8601; null for <see cref="long.MaxValue"/>, which never comes.</summary>
    public static string? Time(long utc) => utc == long.MaxValue
        ? null
        : DateTimeOffset.FromUnixTimeMilliseconds(utc).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
