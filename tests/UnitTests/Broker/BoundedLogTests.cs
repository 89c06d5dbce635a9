using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Sparkplug.Broker;

namespace UnitTests.Broker;

public sealed class BoundedLogTests : ILoggerProvider, ILogger
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _lines = [];
    private readonly BoundedLog _log;
    private readonly ILogger _logger;

    public BoundedLogTests()
    {
        _log = new BoundedLog(LoggerFactory.Create(logging => logging.AddProvider(this)), _time);
        _logger = _log.CreateLogger("test");
    }

    [Fact]
    public void Lines_of_one_kind_are_bounded_and_those_left_out_are_counted()
    {
        Say(1, BoundedLog.MaximumLines + 1_234);
        Assert.Equal(BoundedLog.MaximumLines, _lines.Count);

        _time.Advance(BoundedLog.Window);
        Assert.Equal("Warning: 1234 more lines 1 within 00:00:10 are left out", _lines[^1]);
        Say(1, 1);
        Assert.Equal("Warning: 1", _lines[^1]);
    }

    [Fact]
    public void One_kind_does_not_silence_another()
    {
        Say(1, BoundedLog.MaximumLines + 1);
        Say(2, 1);
        Assert.Equal("Warning: 2", _lines[^1]);
    }

    [Fact]
    public void Nothing_is_left_out_while_the_lines_come_slowly()
    {
        for (var i = 0; i < 5; i++)
        {
            Say(1, BoundedLog.MaximumLines);
            _time.Advance(BoundedLog.Window);
        }

        Assert.Equal(Enumerable.Repeat("Warning: 1", 5 * BoundedLog.MaximumLines), _lines);
    }

    ILogger ILoggerProvider.CreateLogger(string categoryName) => this;

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Add($"{logLevel}: {formatter(state, exception)}");

    public void Dispose() => _log.Dispose();

    private void Say(int id, int times)
    {
        for (var i = 0; i < times; i++)
            _logger.Log(LogLevel.Warning, new EventId(id), id, null, (state, _) => $"{state}");
    }
}
