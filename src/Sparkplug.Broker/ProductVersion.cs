namespace Sparkplug.Broker;

/// <summary>Which version of the broker this is.</summary>
internal static class ProductVersion
{
    /// <summary>Three numbers.</summary>
    public static string Text { get; } = typeof(ProductVersion).Assembly.GetName().Version!.ToString(3);
}
