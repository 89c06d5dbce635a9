using Sparkplug.Metrics;

namespace Sparkplug.Host;

/// <summary>The Quality property of a metric (tck-id-payloads-propertyset-quality-value-value).</summary>
internal static class QualityProperty
{
    /// <summary>What a metric's properties say: Good without the property, Bad where its value is none of the three codes.</summary>
    public static Quality Of(PropertySet? properties)
    {
        if (properties is null || !properties.TryGet(PropertySet.QualityKey, out var value) || value.IsNull) return Quality.Good;
        return value.TryGetNumber(out var code) && code is (double)Quality.Good or (double)Quality.Stale ? (Quality)code : Quality.Bad;
    }

    /// <summary>A value without the property is Good: an older property must not contradict it.</summary>
    public static PropertySet Follow(PropertySet properties, Quality reported) =>
        properties.TryGet(PropertySet.QualityKey, out _) && Of(properties) != reported
            ? properties.With(PropertySet.QualityKey, MetricValue.Int32((int)reported))
            : properties;
}
