//! What is worked out once and asked for by several laws.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use lambic_core::Result;
use tokio::sync::OnceCell;

/// Results by key. Trials run at the same time: who comes second waits for the first.
#[derive(Debug)]
pub(crate) struct Memo<T>(Mutex<HashMap<String, Cell<T>>>);

type Cell<T> = Arc<OnceCell<Result<Arc<T>>>>;

impl<T> Default for Memo<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> Memo<T> {
    /// The result under `key`, worked out by `work` the first time.
    pub(crate) async fn get(&self, key: String, work: impl Future<Output = Result<T>>) -> Result<Arc<T>> {
        let cell = {
            let mut cells = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(cells.entry(key).or_default())
        };
        cell.get_or_init(async || work.await.map(Arc::new)).await.clone()
    }
}
