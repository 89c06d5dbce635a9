using Sparkplug.Mqtt;
namespace HostApp.Api;
internal static class Servers { public static IReadOnlyList<ServerModel> Of(HostClient client) => []; }
