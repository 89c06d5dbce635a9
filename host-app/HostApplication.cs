using HostApp.Access;
using HostApp.Api;
using HostApp.Commands;
using HostApp.Configuration;
using HostApp.Streaming;
using HostApp.Tracking;
using HostApp.Web;
using Microsoft.Extensions.Logging.Console;
using OpenTelemetry.Metrics;
using Sparkplug.Configuration;
using Sparkplug.Mqtt;

namespace HostApp;

/// <summary>The composition root of the host application.</summary>
public static class HostApplication
{
    private const int LargestBody = 1024 * 1024;

    /// <summary>Builds the host application from the command line, a configuration file and the environment.</summary>
    /// <exception cref="ConfigurationFaultException">The configuration is wrong: every fault at once; nothing was started.</exception>
    public static WebApplication Build(string[] args)
    {
        var (config, source) = HostConfigReader.Read(args);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "HostApp" });
        AddLogging(builder.Logging, source);
        AddWebServer(builder.WebHost, config);
        AddHost(builder.Services, config);
        AddApi(builder.Services);
        var app = builder.Build();
        MapAll(app);
        return app;
    }

    private static void AddLogging(ILoggingBuilder logging, IConfiguration source) => logging
        .AddConfiguration(source.GetSection("Logging"))
        .AddFilter("Microsoft", LogLevel.Warning)
        .AddFilter("Microsoft.Extensions.Hosting", LogLevel.Critical) // a failed start is told once, by the exception
        .AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.ColorBehavior = LoggerColorBehavior.Default;
        });

    private static void AddWebServer(IWebHostBuilder web, HostConfig config) => web
        .UseKestrelCore()
        .ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestBody;
        })
        .UseUrls([.. config.Urls.Select(url => url.Text)]);

    private static void AddHost(IServiceCollection services, HostConfig config) => services
        .AddSingleton(TimeProvider.System)
        .AddSingleton(config)
        .AddSingleton(new AllowedHosts(config.Urls, config.AllowedHosts, Environment.MachineName))
        .AddSingleton(_ => Admission.For(config))
        .AddSingleton<EventStream>()
        .AddSingleton<HostMeter>()
        .AddSingleton<CommandDesk>()
        .AddSingleton<FleetListener>()
        .AddSingleton(provider => HostService.MakeClient(config, provider.GetRequiredService<FleetListener>(), TimeProvider.System, provider.GetRequiredService<ILogger<HostClient>>()))
        .AddHostedService<AdmissionNotice>()
        .AddHostedService<HostService>()
        .AddHostedService<HostWatch>()
        .AddHostedService<CommandClock>();

    private static void AddApi(IServiceCollection services)
    {
        services.AddRouting().AddProblemDetails();
        services.ConfigureHttpJsonOptions(json => ApiJson.Apply(json.SerializerOptions));
        // A request that is cut off, too large or malformed is its sender's affair, and no line in our log.
        services.Configure<ExceptionHandlerOptions>(handler =>
        {
            handler.StatusCodeSelector = e => e is BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status500InternalServerError;
            handler.SuppressDiagnosticsCallback = handling => handling.Exception is BadHttpRequestException or OperationCanceledException;
        });
        services.AddOpenApi();
        services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddMeter(HostMeter.Name, MqttMeter.Name, "System.Runtime").AddPrometheusExporter());
    }

    private static void MapAll(WebApplication app)
    {
        app.UseMiddleware<RequestGuard>();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.MapPage();
        app.MapNodes();
        app.MapCommands();
        app.MapStream();
        app.MapHealth();
        app.MapOpenApi();
        app.MapPrometheusScrapingEndpoint("/metrics");
    }
}
