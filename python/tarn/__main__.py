from tarn._program import main

main()
