using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Sparkplug.Mqtt;

namespace SystemTests.Mqtt;

/// <summary>The owner of a link under test: it answers ConnectDue and keeps every other event.</summary>
internal sealed class LinkOwner : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<MqttEvent> _events = Channel.CreateBounded<MqttEvent>(100_000);
    private readonly Task _run;

    public LinkOwner(Uri server, MqttLinkOptions options)
    {
        Server = server;
        Link = new MqttLink(options with { Backoff = new BackoffOptions { Shortest = TimeSpan.FromMilliseconds(50), Longest = TimeSpan.FromSeconds(1) } },
            _events.Writer.WriteAsync, TimeProvider.System, NullLogger.Instance);
        _run = Link.RunAsync(_stop.Token);
    }

    public MqttLink Link { get; }

    public Uri Server { get; set; }

    /// <summary>Connections asked for so far; the number stands in each Will.</summary>
    public int Connects { get; private set; }

    /// <summary>The next event of this kind; others are passed over, ConnectDue is answered.</summary>
    public async Task<T> NextAsync<T>() where T : MqttEvent
    {
        while (true)
        {
            var happened = await _events.Reader.ReadAsync().AsTask().WaitAsync(MqttObserver.Deadline);
            if (happened is MqttEvent.ConnectDue) Link.Connect(new MqttConnect(Server, "wills/link", new byte[] { (byte)++Connects }, WillRetain: false));
            if (happened is T wanted) return wanted;
        }
    }

    /// <summary>Ends without a word, as a killed process does.</summary>
    public async Task AbandonAsync()
    {
        await _stop.CancelAsync();
        await _run.WaitAsync(MqttObserver.Deadline);
    }

    public async ValueTask DisposeAsync()
    {
        await AbandonAsync();
        _stop.Dispose();
    }
}
