using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;
using Sparkplug.Broker.Security;
using Sparkplug.Configuration;
using BadHttpRequestException = Microsoft.AspNetCore.Http.BadHttpRequestException;

namespace Sparkplug.Broker.Administration;

/// <summary>What the administration is made of.</summary>
internal sealed record AdminParts(AccessToken Token, EngineDoor Door, AccessRules Access, Backups Backups, ILoggerFactory Loggers);

/// <summary>The composition root of the administration: a small web application beside the broker, on a port of its own.</summary>
internal static class AdminApp
{
    private const int MostConnections = 64, LargestBody = 4096;

    /// <summary>Builds it; nothing is opened yet.</summary>
    /// <param name="parts">What it works with.</param>
    /// <param name="listen">Adds the address.</param>
    public static WebApplication Build(AdminParts parts, Action<KestrelServerOptions> listen)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "Sparkplug.Broker" });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestBody;
            kestrel.Limits.MaxConcurrentConnections = MostConnections; // each asks one thing at a time
            kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http1);
            listen(kestrel);
        });
        AddServices(builder.Services, parts);
        var app = builder.Build();
        MapAll(app);
        return app;
    }

    private static void AddServices(IServiceCollection services, AdminParts parts)
    {
        services.AddSingleton(parts.Loggers).AddSingleton<IHostLifetime, NoLifetime>();
        services.AddSingleton(parts.Token).AddSingleton(parts.Door).AddSingleton(parts.Access).AddSingleton(parts.Backups);
        services.AddRouting().AddProblemDetails();
        services.ConfigureHttpJsonOptions(json => AdminJson.Apply(json.SerializerOptions));
        services.Configure<ExceptionHandlerOptions>(handler =>
        {
            handler.StatusCodeSelector = StatusOf;
            handler.SuppressDiagnosticsCallback = handling => StatusOf(handling.Exception) != StatusCodes.Status500InternalServerError;
        });
        services.AddOpenApi();
        services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddMeter(BrokerMetrics.MeterName, "System.Runtime").AddPrometheusExporter());
    }

    private static void MapAll(WebApplication app)
    {
        app.UseMiddleware<RequestGuard>();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.MapSessions();
        app.MapRetained();
        app.MapCertificates();
        app.MapAccess();
        app.MapStatus();
        app.MapOpenApi();
        app.MapPrometheusScrapingEndpoint("/metrics");
    }

    /// <summary>A request that is malformed or cut off is its sender's affair; a loop or disk that is late is told as such.</summary>
    private static int StatusOf(Exception fault) => fault switch
    {
        BadHttpRequestException bad => bad.StatusCode,
        TimeoutException => StatusCodes.Status503ServiceUnavailable,
        OperationCanceledException => StatusCodes.Status499ClientClosedRequest,
        _ => StatusCodes.Status500InternalServerError,
    };

    /// <summary>The broker around it hears the signals.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
