using Sparkplug.Mqtt;
namespace HostApp.Tracking;
internal static class HostService { public static IServiceCollection AddHostClient(this IServiceCollection s) => s.AddSingleton<HostClient>(); }
