namespace SystemTests.Avr;

/// <summary>A folder for one test, and boards in it.</summary>
public abstract class FirmwareTest : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("avr-");

    /// <summary>How long anything may take on a busy machine.</summary>
    protected static TimeSpan Deadline => TimeSpan.FromSeconds(20);

    /// <inheritdoc/>
    public void Dispose()
    {
        _folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    internal string PathOf(string name) => Path.Combine(_folder.FullName, name);

    // The board resets when its port is opened, as a real Uno does: the client sees it boot.
    internal Task<AvrBoard> StartAsync(string sketch = "Climate", bool resetOnOpen = true, AvrModel? model = null) => AvrBoard.StartAsync(new AvrBoardOptions
    {
        Model = model ?? AvrModel.Uno,
        PortPath = PathOf("ttyACM0"),
        EepromPath = PathOf("eeprom"),
        Sketch = sketch,
        ResetOnOpen = resetOnOpen,
    });
}
