using System.Net.Security;
using System.Security.Authentication;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sparkplug.Broker.Administration;
using Sparkplug.Broker.Awareness;
using Sparkplug.Broker.Connections;
using Sparkplug.Broker.Security;
using Sparkplug.Broker.Sessions;
using Sparkplug.Broker.Storage;
using Sparkplug.Configuration;

namespace Sparkplug.Broker;

/// <summary>The composition root of the broker.</summary>
public static class BrokerApp
{
    /// <summary>Connections beyond <see cref="BrokerLimits.Connections"/> that still get an answer: no room here.</summary>
    private const int AnsweredBeyondLimit = 256;

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
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "Sparkplug.Broker" });
        AddLogging(builder.Logging, source);
        AddParts(builder.Services, config);
        AddServices(builder.Services, config);
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

    private static void AddParts(IServiceCollection services, BrokerConfig config)
    {
        services.AddMetrics();
        services.AddSingleton(TimeProvider.System).AddSingleton(config).AddSingleton<BrokerMetrics>();
        services.AddSingleton<DataDirectory>();
        services.AddSingleton(OpenStore);
        services.AddSingleton(_ => BrokerUsers.Open(config.UsersFile)).AddSingleton<Authentication>();
        services.AddSingleton(provider => AccessRules.Open(config.AccessFile, provider.GetRequiredService<ILogger<AccessRules>>()));
        services.AddSingleton<ServerCertificates>().AddSingleton<ClientCertificates>().AddSingleton<TlsOptions>();
        services.AddSingleton<SparkplugAwareness>();
        services.AddSingleton<BrokerLoop>().AddSingleton(Engine).AddSingleton<IAcceptor>(provider => provider.GetRequiredService<BrokerEngine>());
        services.AddSingleton(new ConnectionQuota(config.Limits.Connections + AnsweredBeyondLimit, config.Limits.ConnectionsPerAddress));
        services.AddSingleton(TlsTerms).AddSingleton<WebSocketServer>();
        services.AddSingleton(provider => new BrokerEndpoints
        {
            CaFile = config.Tls is null ? null : provider.GetRequiredService<ServerCertificates>().CaFile,
            UsersFile = config.UsersFile,
        });
    }

    /// <summary>They start in this order and stop in the reverse one; the listeners open last.</summary>
    private static void AddServices(IServiceCollection services, BrokerConfig config)
    {
        services.AddHostedService(provider => new FirstUser(config, provider.GetRequiredService<BrokerUsers>(), Console.Out));
        services.AddHostedService<FileWatch>();
        services.AddHostedService<CertificateRenewal>();
        services.AddHostedService<BrokerService>();
        services.AddHostedService<AdminServer>();
        services.AddHostedService<Listeners>();
    }

    private static TlsTerms TlsTerms(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<TlsOptions>();
        return new TlsTerms(options.OptionsForHandshake, options.UserOf);
    }

    private static BrokerStore OpenStore(IServiceProvider provider)
    {
        provider.GetRequiredService<DataDirectory>().Take(); // two brokers must not write one store
        return BrokerStore.Open(
            provider.GetRequiredService<BrokerConfig>().StoreFile,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<BrokerMetrics>(),
            provider.GetRequiredService<ILogger<BrokerStore>>());
    }

    private static BrokerEngine Engine(IServiceProvider provider)
    {
        var config = provider.GetRequiredService<BrokerConfig>();
        var loop = provider.GetRequiredService<BrokerLoop>();
        return new BrokerEngine(new EngineParts
        {
            Time = provider.GetRequiredService<TimeProvider>(),
            Limits = config.Limits,
            Overload = config.Overload,
            SharedSubscriptions = config.SharedSubscriptions,
            Backup = config.Backup,
            Store = provider.GetRequiredService<BrokerStore>(),
            Access = provider.GetRequiredService<AccessRules>(),
            Authentication = provider.GetRequiredService<Authentication>(),
            Awareness = provider.GetRequiredService<SparkplugAwareness>(),
            Metrics = provider.GetRequiredService<BrokerMetrics>(),
            Logger = provider.GetRequiredService<ILogger<BrokerEngine>>(),
            Post = loop.Post,
            Delay = () => loop.Delay,
        });
    }
}
