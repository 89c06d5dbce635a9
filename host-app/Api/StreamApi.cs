using System.Buffers;
using System.Text;
using System.Text.Json;
using HostApp.Configuration;
using HostApp.Streaming;
using Microsoft.AspNetCore.Http.Features;
using Sparkplug.Metrics;
using Sparkplug.Mqtt;

namespace HostApp.Api;

/// <summary>
/// Server-sent events. Each connection begins with the whole: <c>snapshot</c>, each <c>node</c>, each <c>device</c>, then <c>ready</c>.
/// After that <c>node</c> and <c>device</c> come with births and deaths, <c>metric</c> with new values, <c>server</c> and
/// <c>command</c> with news of those. There is nothing to resume: who reconnects is told everything again.
/// <para>A reader that is too slow skips values that newer ones have replaced; it is never sent an old value after a newer one.</para>
/// </summary>
internal static class StreamApi
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    // Values that change faster than this are sent at this pace.
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = ApiJson.Encoder };

    private const int MostMetricsAtOnce = 5_000;

    public static void MapStream(this IEndpointRouteBuilder routes) => routes.MapGet("/api/stream", FollowAsync)
        .WithTags("Stream").WithName("Follow").WithSummary("Births, deaths and changes as server-sent events.")
        .Produces(StatusCodes.Status200OK, contentType: "text/event-stream").ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static async Task FollowAsync(
        HttpContext context, HostClient client, HostConfig config, EventStream stream, TimeProvider clock, IHostApplicationLifetime lifetime)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        var follower = new Follower();
        if (!stream.TryAdd(follower))
        {
            await TypedResults.Problem("Too many readers follow the stream.", statusCode: StatusCodes.Status503ServiceUnavailable).ExecuteAsync(context);
            return;
        }
        try
        {
            context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            context.Response.ContentType = "text/event-stream";
            await TellAsync(context.Response, follower, client, config, clock, stopping.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The reader left, or the host ends: either way this is the end of the stream.
        }
        finally
        {
            stream.Remove(follower);
        }
    }

    private static async Task TellAsync(
        HttpResponse response, Follower follower, HostClient client, HostConfig config, TimeProvider clock, CancellationToken stopping)
    {
        Write(response.BodyWriter, new StreamEvent("snapshot", new SnapshotModel(config.HostId, Timestamp.Now(clock), ServerModel.AllOf(client))));
        await client.ReadAsync(fleet =>
        {
            follower.MarkAll(fleet.Nodes.Values);
            return true;
        }, stopping);
        for (var isReady = false; ;)
        {
            var batch = await client.ReadAsync(_ => follower.Take(ServerModel.AllOf(client), client.Addresses, MostMetricsAtOnce), stopping);
            foreach (var news in batch.Events) Write(response.BodyWriter, news);
            if (!isReady && batch.IsWhole) Write(response.BodyWriter, new StreamEvent("ready", new ReadyModel(Timestamp.Now(clock))));
            isReady |= batch.IsWhole;
            await response.BodyWriter.FlushAsync(stopping);
            if (batch.IsLast) await WaitAsync(response, follower, clock, stopping);
        }
    }

    private static async Task WaitAsync(HttpResponse response, Follower follower, TimeProvider clock, CancellationToken stopping)
    {
        await Task.Delay(Pace, clock, stopping);
        while (!await follower.WaitAsync(Heartbeat, clock, stopping))
        {
            response.BodyWriter.Write(":\n\n"u8);
            await response.BodyWriter.FlushAsync(stopping);
        }
    }

    private static void Write(IBufferWriter<byte> output, StreamEvent news)
    {
        output.Write("event: "u8);
        Encoding.ASCII.GetBytes(news.Name, output);
        output.Write("\ndata: "u8);
        using (var writer = new Utf8JsonWriter(output, WriterOptions)) JsonSerializer.Serialize(writer, news.Data, news.Data.GetType(), ApiJson.Default);
        output.Write("\n\n"u8);
    }
}
