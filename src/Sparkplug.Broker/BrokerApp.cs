using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sparkplug.Broker.Awareness;
using Sparkplug.Broker.Connections;
using Sparkplug.Broker.Engine;
using Sparkplug.Broker.Security;
using Sparkplug.Broker.Storage;
using Sparkplug.Configuration;

namespace Sparkplug.Broker;

/// <summary>The composition root of the broker.</summary>
public static class BrokerApp
{
    /// <summary>
    /// Builds the broker from <c>--config FILE</c>, the environment (<c>Broker__...</c>) and the command line; nothing is started or
    /// written yet. After the start, the service <see cref="BrokerEndpoints"/> tells where it listens.
    /// </summary>
    /// <exception cref="ConfigurationFaultException">
    /// The configuration is wrong: it names every fault. The host's <c>StartAsync</c> throws it too, for what only a start can find out.
    /// </exception>
    public static IHost Build(string[] args)
    {
        var (config, source) = BrokerConfigReader.Read(args);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "Sparkplug.Broker" });
        AddLogging(builder.Logging, source);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        AddBroker(builder.Services, config);
        return new BrokerHost(builder.Build());
    }

    private static void AddLogging(ILoggingBuilder logging, IConfiguration source) => logging
        .AddConfiguration(source.GetSection("Logging"))
        .AddFilter("Microsoft", LogLevel.Warning)
        .AddFilter("Microsoft.Extensions.Hosting", LogLevel.Critical) // a failed start is told once, by the exception
        .AddSimpleConsole(console => console.SingleLine = true)
        .Services.Replace(ServiceDescriptor.Singleton<ILoggerFactory>(BoundedLog));

    private static BoundedLog BoundedLog(IServiceProvider provider) => new(
        new LoggerFactory(
            provider.GetServices<ILoggerProvider>(),
            provider.GetRequiredService<IOptionsMonitor<LoggerFilterOptions>>(),
            provider.GetRequiredService<IOptions<LoggerFactoryOptions>>()),
        provider.GetRequiredService<TimeProvider>());

    /// <summary>Hosted services start in this order and stop in the reverse one; the listeners open last.</summary>
    private static void AddBroker(IServiceCollection services, BrokerConfig config)
    {
        services.AddMetrics();
        services.AddSingleton(TimeProvider.System).AddSingleton(config).AddSingleton<BrokerMetrics>();
        services.AddHostedService<DataDirectory>();
        services.AddSingleton(new RetainedQuota(RetainedQuota.DefaultLimit));
        services.AddSingleton<RetainedStore>().AddHostedService(provider => provider.GetRequiredService<RetainedStore>());
        services.AddSingleton(_ => BrokerUsers.Open(config.UsersFile)).AddSingleton<Authentication>();
        services.AddHostedService(provider => new FirstUser(config, provider.GetRequiredService<BrokerUsers>(), Console.Out));
        services.AddSingleton(provider => AccessRules.Open(config.AccessFile, provider.GetRequiredService<ILogger<AccessRules>>()));
        services.AddHostedService<FileWatch>();
        services.AddSingleton<ServerCertificates>().AddHostedService<CertificateRenewal>();
        services.AddSingleton<SparkplugAwareness>();
        services.AddSingleton<MqttnetLogger>().AddSingleton<Admission>().AddSingleton<PublishRules>();
        services.AddSingleton<MqttEngine>().AddHostedService(provider => provider.GetRequiredService<MqttEngine>());
        services.AddSingleton<IConfigureOptions<KestrelServerOptions>, KestrelListeners>();
        services.AddSingleton(provider => new BrokerEndpoints
        {
            CaFile = config.Tls is null ? null : provider.GetRequiredService<ServerCertificates>().CaFile,
            UsersFile = config.UsersFile,
        });
    }
}
